"""A plan, a drift report or an apply into Markdown for a pull request, an issue or a job's summary.

Everything of a plan may be foreign, its own sentences too, because a plan file can come from
anybody. So it stands in code (`inline`), and GitHub makes no link and no mention of it.
"""
