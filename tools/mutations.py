"""Small faults that can be put into a program, one at a time."""

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

SPEED_ALONE = {"_SPAN", "_TABLE", "_CELLS_AT_ONCE", "_LARGEST_STACKED", "_FEW"}
"""Names of numbers that choose between two ways to one result: a fault there is none."""

SWAPS: dict[type, type] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Continue: ast.Break,
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
NAMES |= {"minimum": "maximum", "maximum": "minimum", "argmax": "argmin"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: the number of the place in the file, and what is done there."""

    file: str
    place: int
    line: int
    what: str


class Mutator(ast.NodeTransformer):
    """Counts the places where a fault fits and puts one in at place `at`."""

    def __init__(self, at: int = -1) -> None:
        self.at, self.found = at, list[tuple[int, str]]()

    def here(self, node: ast.AST, what: str) -> bool:
        self.found.append((getattr(node, "lineno", 0), what))
        return len(self.found) - 1 == self.at

    def swapped(self, owner: ast.AST, op: Any) -> Any:
        new = SWAPS.get(type(op))
        if new and self.here(owner, f"{type(op).__name__} -> {new.__name__}"):
            return new()
        return op

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value:
            node.value = self.visit(node.value)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.body = [self.visit(line) for line in node.body]
        node.args = self.visit(node.args)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.body = [self.visit(line) for line in node.body]
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        return node if names & (SPEED_ALONE | {"__all__"}) else self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        return ast.Pass() if self.here(node, "raise -> pass") else node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        if isinstance(node.value, ast.Constant):
            return node  # a docstring
        if isinstance(node.value, ast.Call) and self.here(node, "call -> pass"):
            return ast.Pass()
        return self.generic_visit(node)

    def visit_Continue(self, node: ast.Continue) -> ast.AST:
        return self.swapped(node, node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        node.ops = [self.swapped(node, op) for op in node.ops]
        return self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        node.op = self.swapped(node, node.op)
        return self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        node.op = self.swapped(node, node.op)
        return self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        node.op = self.swapped(node, node.op)
        return self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        if self.here(node, f"without {type(node.op).__name__}"):
            return node.operand
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST:
        if self.here(node, "if -> if not"):
            node.test = ast.UnaryOp(ast.Not(), node.test)
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, bool):
            return ast.Constant(not node.value) if self.here(node, f"not {node.value}") else node
        if isinstance(node.value, int | float) and self.here(node, f"{node.value} + 1"):
            return ast.Constant(node.value + 1)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        called = node.func
        name = getattr(called, "id", getattr(called, "attr", ""))
        if name in NAMES and self.here(node, f"{name} -> {NAMES[name]}"):
            setattr(called, "id" if isinstance(called, ast.Name) else "attr", NAMES[name])
        node.keywords = [key for key in node.keywords if key.arg == "strict"] + [
            self.visit(key) for key in node.keywords if key.arg != "strict"
        ]
        node.func, node.args = self.visit(node.func), [self.visit(arg) for arg in node.args]
        return node


def mutants(file: str) -> list[Mutant]:
    """All faults that fit into a file."""
    mutator = Mutator()
    mutator.visit(ast.parse((ROOT / file).read_text("utf-8")))
    return [Mutant(file, place, *found) for place, found in enumerate(mutator.found)]
