"""The models, conditions and frictions of the site's test world, and the catalogues that describe them."""

from __future__ import annotations

from typing import Any

STAGES = [
    "Reactive answers",
    "A reusable content base",
    "Organized for findability",
    "Contextualized for the audience",
    "Embedded in the journey",
    "Self-serve at scale, measured",
]
OTHER_STAGES = [
    "Train your customers",
    "Build foundation for scale",
    "Personalize learning",
    "Expand business impact",
    "Elevate the brand",
]
CONDITIONS = [  # stage, job, signal, comparison, threshold, unit, kind
    (1, "create", "topic_coverage_rate", ">=", 0.6, "ratio", "share"),
    (1, "create", "content_author_count", ">=", 2.0, "count", "count"),
    (1, "create", "content_reuse_rate", ">=", 0.5, "ratio", "share"),
    (1, "create", "format_pairing_rate", ">=", 0.5, "ratio", "share"),
    (1, "create", "repeat_question_rate", "<=", 0.4, "ratio", "share"),
    (2, "deliver", "collection_coverage_rate", ">=", 0.8, "ratio", "state_share"),
    (2, "deliver", "cannot_find_ticket_share", "<=", 0.1, "ratio", "share"),
    (2, "deliver", "search_zero_result_rate", "<=", 0.15, "ratio", "share"),
    (2, "deliver", "self_navigated_view_share", ">=", 0.5, "ratio", "share"),
    (3, "deliver", "audience_tag_coverage", ">=", 0.7, "ratio", "state_share"),
    (3, "deliver", "localization_coverage", ">=", 0.8, "ratio", "share"),
    (4, "deliver", "resend_request_rate", "<=", 20.0, "per 100", "rate"),
    (4, "deliver", "destinations_per_onboarding", "<=", 1.0, "count", "median"),
    (4, "deliver", "duplicate_asset_ratio", "<=", 1.1, "ratio", "ratio"),
    (5, "scale", "learner_reach_rate", ">=", 0.1, "ratio", "share"),
    (5, "scale", "self_service_score", ">=", 4.0, "count", "count"),
    (5, "scale", "content_freshness_rate", ">=", 0.8, "ratio", "share"),
]
OTHER = [
    (2, "scale", "on_demand_account_share", ">=", 0.25, "ratio", "share"),
    (3, "deliver", "persona_path_count", ">=", 3.0, "count", "count"),
    (4, "scale", "learner_account_match_rate", ">=", 0.8, "ratio", "share"),
]
SIGNALS = [*(condition[2] for condition in (*CONDITIONS, *OTHER)), "trained_adoption_lift", "trained_retention_lift"]
FRICTIONS = {
    "repetition": ("Repeated questions", "create"),
    "staleness": ("Stale content", "create"),
    "findability": ("Hard to find", "deliver"),
    "resend_attachment_loop": ("Resending attachments", "deliver"),
    "unmeasured_impact": ("Unmeasured impact", "scale"),
}


def catalogues(rows: dict[str, list[dict[str, Any]]]) -> None:
    """Add what the catalogue tables hold to `rows`."""
    for model, title, stages, conditions in (
        ("trainn", "Trainn", list(enumerate(STAGES)), CONDITIONS),
        ("thought_industries", "Thought Industries", list(enumerate(OTHER_STAGES, 1)), OTHER),
    ):
        for stage, name in stages:
            rows["model_catalogue"].append({"model": model, "title": title, "stage": stage, "stage_name": name})
        for stage, job, signal, comparison, threshold, unit, kind in conditions:
            rows["condition_catalogue"].append(
                {
                    "model": model,
                    "stage": stage,
                    "stage_name": dict(stages)[stage],
                    "job": job,
                    "condition": signal,
                    "signal": signal,
                    "comparison": comparison,
                    "threshold": threshold,
                    "window": "T3",
                    "why": "Reuse shows that an answer outlives its question.",
                    "next_step_text": "Give each onboarding one link instead of files.",
                }
            )
            rows["signal_catalogue"].append(
                {
                    "signal": signal,
                    "description": "One row per program and month: what was found among what was asked for.",
                    "job": job,
                    "unit": unit,
                    "direction": "up" if comparison == ">=" else "down",
                    "kind": kind,
                    "minimum_sample": 20,
                    "sources": "ticket, content_item or content_view",
                    "friction": "repetition",
                    "fields": "ticket.topic",
                    "window": "T3",
                    "pooled": "judging",
                    "census": False,
                    "is_of_people": True,
                    "lifecycle": "stable",
                    "notes": "Mind <small> samples & old ones.",
                    "query": "select program_id, month, 1 < 2 as numerator from staging.ticket",
                }
            )
    for signal in ("trained_adoption_lift", "trained_retention_lift"):
        rows["signal_catalogue"].append(
            {
                "signal": signal,
                "unit": "pp",
                "kind": "difference",
                "sources": "account_month, learner",
                "is_of_people": True,
            }
        )
    for friction, (title, job) in FRICTIONS.items():
        rows["friction_catalogue"].append(
            {"friction": friction, "title": title, "job": job, "description": f"{title} by tickets."}
        )
