"""How many families the children of a period belong to."""

from django.db.models import Exists, OuterRef

from core.children.models import Guardianship
from core.reporting.indicators.moment import Moment
from core.reporting.indicators.rows.children import children_of


def families_of(moment: Moment, children: int) -> int:
    """Components joined by family links of the day, that hold a child of the period.

    Links of children who are not of the period join too: two half-sisters are one family through a brother.
    """
    counted = Exists(children_of(moment).filter(pk=OuterRef("child_id")))
    links = (
        Guardianship.objects.on(moment.on)
        .in_family()
        .filter(child__merged_into=None)
        .annotate(counted=counted)
        .values_list("child_id", "guardian_id", "counted")
    )
    groups = Groups()
    linked = set()
    for child, guardian, is_counted in links:
        groups.join(("child", child), ("guardian", guardian))
        if is_counted:
            linked.add(child)
    return len({groups.root(("child", child)) for child in linked}) + children - len(linked)


Node = tuple[str, int]


class Groups:
    """Which nodes hang together (union-find)."""

    def __init__(self) -> None:
        self._above: dict[Node, Node] = {}

    def root(self, node: Node) -> Node:
        above = self._above
        while (higher := above.get(node, node)) != node:
            above[node] = above.get(higher, higher)
            node = above[node]
        return node

    def join(self, first: Node, second: Node) -> None:
        one, other = self.root(first), self.root(second)
        if one != other:
            self._above[one] = other
