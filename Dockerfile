FROM python:3.13-slim AS build
WORKDIR /app
RUN apt-get update && apt-get install -y --no-install-recommends g++ && rm -rf /var/lib/apt/lists/*
RUN pip install --no-cache-dir uv
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
COPY pyproject.toml uv.lock README.md LICENSE NOTICE ./
RUN uv sync --frozen --no-default-groups --no-install-project
COPY hatch_build.py ./
COPY daifuku daifuku
COPY connectors connectors
COPY mapping mapping
COPY identity identity
COPY sync sync
COPY api api
COPY demo demo
RUN uv sync --frozen --no-default-groups --no-editable

FROM python:3.13-slim
RUN useradd --system --create-home --home-dir /var/lib/daifuku daifuku
COPY --from=build /app/.venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH DAIFUKU_HOME=/var/lib/daifuku PYTHONUNBUFFERED=1
USER daifuku
WORKDIR /var/lib/daifuku
EXPOSE 8000
ENTRYPOINT ["daifuku"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
