"""Dungeons a Dungeon Master can put on the table: layout, key, totals, and a proof that they can be played.

    brief -> graph -> layout -> loops -> doors -> levels -> numbers -> plan -> rooms -> wandering -> totals -> proof

Each stage draws from a random source of its own, per room where it concerns rooms: a change in one leaves the others as
they were.
"""
