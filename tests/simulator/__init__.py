"""Programs with known answers, drawn from what the two maturity articles describe and never from the rule packs.

`practice` is what a program does and the stage that follows; `program` draws one; `story` tells what happened to it;
`canonical` and `vendor` hand it over. Only tests and benches import this package.
"""
