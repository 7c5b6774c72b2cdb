"""Turns one campaign into one entry of the plan.

`create`, `update` and `remove` each handle one situation: the campaign is missing, live, or to be
removed. `entry` has the parts that all entries share, `errors` and `name_errors` the reasons why a
campaign cannot be planned.

Each module sees one campaign at a time, except `claims`: no two manifests or environments may have
one campaign or one name. What else concerns several campaigns is in `gates`.
"""
