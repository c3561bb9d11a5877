"""Travel: the street graph, and the time it takes to reach care on foot, by bike and by car.

``graph`` builds Valhalla's tiles and our own arrays of the same streets; ``search`` finds bounded times on
these arrays; ``times`` keeps them in the store; ``timetable`` checks public transport calendars.
"""
