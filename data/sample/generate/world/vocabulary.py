"""What the invented products are about: the topics customers ask for, in their own words."""

from __future__ import annotations

from world.facts import Topic

_DATA = {
    "Ingestion": "warehouse connector, csv import, field mapping, incremental sync, schema drift, backfill jobs",
    "Modelling": "metric definitions, calculated fields, data lineage, row filters, entity matching, unit conversion",
    "Governance": "role permissions, workspace setup, audit log, team folders, retention policy, masking rules",
    "Reporting": "dashboard layout, chart drilldown, scheduled exports, pivot tables, funnel analysis, goal tracking",
    "Automation": "alert rules, approval workflow, automation triggers, task queues, notification digest, sandbox copy",
}
_LOGISTICS = {
    "Warehouse": "barcode labels, bin locations, stock counts, pick lists, packing stations, cycle counting",
    "Orders": "order splitting, backorder rules, carrier selection, delivery routes, dock scheduling, returns intake",
    "Floor": "mobile scanner, offline mode, shift handover, device pairing, zone picking, label printers",
    "Planning": "reorder points, demand forecast, supplier catalogue, lead times, safety stock, kit assembly",
    "Insight": "fill rate chart, stock alerts, audit trail, warehouse heatmap, throughput board, custom fields",
}
_PEOPLE = {
    "Hiring": "candidate pipeline, interview scorecards, offer letters, job boards, referral program, talent pools",
    "Time": "shift planning, time sheets, absence planning, overtime rules, holiday calendar, clock terminals",
    "Growth": "goal setting, review cycles, feedback rounds, skill matrix, career ladders, pulse surveys",
    "Pay": "payroll export, bonus plans, expense claims, salary bands, benefit enrolment, payslip layout",
    "Core": "org chart, employee records, approval chains, document storage, bulk import, custom reports",
}
PACKS = {"data": _DATA, "logistics": _LOGISTICS, "people": _PEOPLE}


def topics(pack: str) -> list[Topic]:
    """Thirty topics, taken area by area in turn, so that any first dozen spans all areas."""
    areas = {area: words.split(", ") for area, words in PACKS[pack].items()}
    return [Topic(words[row], area) for row in range(6) for area, words in areas.items()]


def slug(words: str) -> str:
    """`role permissions` as `role-permissions`."""
    return words.lower().replace(" ", "-")
