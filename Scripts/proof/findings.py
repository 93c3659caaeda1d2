"""What a comparison with another reader has found."""

from collections import Counter


class Findings:
    def __init__(self):
        self.agreed = Counter()
        self.explained = Counter()
        self.differences = []

    def report(self, summary):
        """Prints all of it; whether there is a difference that nobody has explained."""
        self._print(self.agreed)
        print("  Differences that are meant:")
        self._print(self.explained)
        for difference, data in self.differences[:20]:
            print(f"DIFFERENCE {difference}\n    {data}")
        print(f"{summary}: {len(self.differences)} unexplained differences")
        return bool(self.differences)

    @staticmethod
    def _print(counts):
        for name, count in counts.most_common():
            print(f"{count:8} {name}")
