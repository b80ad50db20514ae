"""A CRM of two customers, which it tells to whoever has the key."""

from demo.simulators.http import Request, Response, Simulator

CUSTOMERS = [{"id": 1, "name": "山田 太郎"}, {"id": 2, "name": "高橋 花子"}]


class Crm(Simulator):
    def __init__(self) -> None:
        super().__init__()
        self.route("GET", "/customers", self.customers)

    def customers(self, request: Request) -> Response:
        if request.headers.get("x-key") != "planted-key":
            return Response({}, 401)
        return Response({"customers": CUSTOMERS})
