-- description: One row per spell in which a channel that gave a third and more of a program's tickets gave none, and nothing made up for it.
-- grain: [program_id, source, channel, began_at]
-- columns:
--   program_id: program the row belongs to
--   source: source of the tickets
--   channel: the channel that fell silent; "all" where the source does not tell channels
--   began_at: last ticket before the spell
--   ended_at: end of the spell, the next ticket or as far as the source goes; at most a year, then it is the way things are
--   channel_tickets: tickets of the channel in the 91 days before the spell
--   all_tickets: tickets of the program in the 91 days before the spell
--   tickets_since: tickets of the program in the spell

-- A form that is switched off is no proof that nobody asks. Chance leaves no such gap: at the pace of before, ten
-- tickets and more would have come. Where another channel or tool took over, as many tickets come as before.
with asked as (
    select distinct program_id, source, coalesce(channel, 'all') as channel, ticket_id, created_at
    from source.ticket
),

source_end as (
    select program_id, source, max(seen_at) as seen_at
    from (
        select program_id, source, created_at as seen_at from source.ticket
        union all
        select program_id, source, solved_at from source.ticket
        union all
        select program_id, source, created_at from source.ticket_comment
        union all
        select program_id, source, created_at from source.learner
    ) as trace
    group by program_id, source
),

paused as (
    select
        asked.program_id,
        asked.source,
        asked.channel,
        asked.created_at as began_at,
        least(
            coalesce(
                lead(asked.created_at) over (
                    partition by asked.program_id, asked.source, asked.channel
                    order by asked.created_at
                ),
                source_end.seen_at,
                asked.created_at
            ),
            program.closes_at,
            asked.created_at + interval 365 days
        ) as ended_at
    from asked
    inner join source_end
        on source_end.program_id = asked.program_id
        and source_end.source = asked.source
    inner join staging.program as program on program.program_id = asked.program_id
),

pause as (
    select distinct *
    from paused
    where ended_at > began_at + interval 14 days
),

measured as (
    select
        pause.program_id,
        pause.source,
        pause.channel,
        pause.began_at,
        pause.ended_at,
        date_diff('day', pause.began_at, pause.ended_at) as silent_days,
        count(*) filter (
            where asked.created_at <= pause.began_at
                and asked.source = pause.source
                and asked.channel = pause.channel
        ) as channel_tickets,
        count(*) filter (where asked.created_at <= pause.began_at) as all_tickets,
        count(*) filter (where asked.created_at > pause.began_at) as tickets_since
    from pause
    inner join asked
        on asked.program_id = pause.program_id
        and asked.created_at > pause.began_at - interval 91 days
        and asked.created_at < pause.ended_at
    group by pause.program_id, pause.source, pause.channel, pause.began_at, pause.ended_at
),

-- where another tool takes over, its tickets are fewer or more for reasons of its own
begun as (
    select program_id, source, min(created_at) as began_at
    from asked
    group by program_id, source
)

select
    measured.program_id,
    measured.source,
    measured.channel,
    measured.began_at,
    measured.ended_at,
    measured.channel_tickets,
    measured.all_tickets,
    measured.tickets_since
from measured
anti join begun
    on begun.program_id = measured.program_id
    and begun.source <> measured.source
    and begun.began_at > measured.began_at - interval 31 days
    and begun.began_at < measured.began_at + interval 31 days
where channel_tickets >= all_tickets / 3
    and channel_tickets * silent_days / 91 >= 10
    and tickets_since * 91 < (all_tickets - channel_tickets / 2) * silent_days
