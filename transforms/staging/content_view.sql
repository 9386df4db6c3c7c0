-- description: One row per view of a piece of content.
-- grain: []
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   viewed_at: when it was viewed
--   content_id: identity of the item; where it is in no catalogue, as the source names it
--   person_key: hashed identity of the person; null if anonymous
--   session_id: visit the view belongs to
--   account_key: hashed identity of the customer account; null if none is known
--   surface: portal, lms, in_app, widget, email or other
--   entry: search, collection, path, product, staff_link, direct or external; null if not recorded
--   is_internal: whether the person is staff, a test user or from a staff domain, or the reader a bot
--   is_bot: whether no person could read like this reader

-- identical rows are one view
with views as (
    select distinct
        program_id, month, viewed_at, content_id, learner_id, email, session_id, account_id, surface, entry
    from source.content_view
)

select
    views.program_id,
    views.month,
    views.viewed_at,
    coalesce(address.content_id, views.content_id) as content_id,
    coalesce(identity.person_key, views.email, views.learner_id) as person_key,
    views.session_id,
    coalesce(views.account_id, learner.account_key) as account_key,
    views.surface,
    views.entry,
    coalesce(learner.is_internal, false) or bot.actor is not null as is_internal,
    bot.actor is not null as is_bot
from views
left join staging.bot as bot
    on bot.program_id = views.program_id
    and bot.actor = coalesce(views.email, views.learner_id, views.session_id)
-- web analytics knows a page by its address alone
left join staging.content_address as address
    on address.program_id = views.program_id and address.address = views.content_id
left join staging.identity as identity
    on identity.program_id = views.program_id and identity.key = views.learner_id
left join staging.learner as learner
    on learner.program_id = views.program_id
    and learner.person_key = coalesce(identity.person_key, views.email, views.learner_id)
