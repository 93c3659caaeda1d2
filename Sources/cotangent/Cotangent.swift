import ArgumentParser

@main
struct Cotangent: ParsableCommand {}
