-- description: One row per thing a learner did in a course, or that was done to them, from a log report or the log's table.
-- grain: [_program_id, _source, _file, _row]
with reported as (
    select * from landing.moodle__log
    union all
    select * from landing.moodle__log_undated
),

spelled as (
    select *,
        lower(strip_accents(at_text)) as t,
        lower(strip_accents(event)) as event_word,
        lower(told) as sentence,
        coalesce(
            try_strptime(nullif(regexp_extract(_file, '(20[0-9]{2}[01][0-9][0-3][0-9])[^/]*$', 1), ''), '%Y%m%d'),
            cast(_seen_through as timestamp)
        ) as downloaded_on
    from reported
),

pieces as (
    select *,
        coalesce(
            try_cast(regexp_extract(t, '([0-9]{1,2})[.]? (?:de )?[a-z]', 1) as integer),
            try_cast(regexp_extract(t, '[a-z][.]? ([0-9]{1,2})(?:,| )', 1) as integer)
        ) as day,
        coalesce(
            nullif(regexp_extract(t, '[0-9]{1,2}[.]? (?:de )?([a-z]{3,})', 1), ''),
            nullif(regexp_extract(t, '([a-z]{3,})[.]? [0-9]{1,2}(?:,| )', 1), '')
        ) as month_word,
        try_cast(nullif(regexp_extract(t, '(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[^0-9]|$)', 1), '') as integer) as own_year,
        try_cast(regexp_extract(t, '([0-9]{1,2}):[0-9]{2}', 1) as integer) as hour,
        regexp_extract(t, '[0-9]{1,2}:([0-9]{2})', 1) as minute,
        coalesce(nullif(regexp_extract(t, '[0-9]{1,2}:[0-9]{2}:([0-9]{2})', 1), ''), '00') as second
    from spelled
),

months as (
    select *,
        case
            when regexp_matches(month_word, '^(jan|ene|gen)') then 1
            when regexp_matches(month_word, '^(feb|fev)') then 2
            when regexp_matches(month_word, '^(mar|mae|mrz|mrt)') then 3
            when regexp_matches(month_word, '^(apr|avr|abr)') then 4
            when regexp_matches(month_word, '^(may|mai|mei|mag)') then 5
            when regexp_matches(month_word, '^(jun|juin|giu)') then 6
            when regexp_matches(month_word, '^(jul|juil|lug)') then 7
            when regexp_matches(month_word, '^(aug|aou|ago)') then 8
            when regexp_matches(month_word, '^(sep|set)') then 9
            when regexp_matches(month_word, '^(oct|okt|out|ott)') then 10
            when regexp_matches(month_word, '^nov') then 11
            when regexp_matches(month_word, '^(dec|dez|dic)') then 12
        end as month,
        case
            when regexp_matches(t, ' ?p[.]?m') and hour < 12 then hour + 12
            when regexp_matches(t, ' ?a[.]?m[.]?$') and hour = 12 then 0
            else hour
        end as hour_of_day
    from pieces
),

steps as (
    select *,
        100 * month + day as day_of_year,
        100 * month + day - lag(100 * month + day) over (partition by _program_id, _source, _file order by _row) as step
    from months
),

directions as (
    select *,
        -- a log is written newest first, but may have been sorted since
        case
            when count(*) filter (where step > 0) over file > count(*) filter (where step < 0) over file + 1 then -_row
            else _row
        end as downwards
    from steps
    window file as (partition by _program_id, _source, _file)
),

climbs as (
    select *,
        day_of_year - lag(day_of_year) over (partition by _program_id, _source, _file order by downwards) as climb
    from directions
),

turns as (
    select *,
        -- from January up to December is a year back; any other climb says that the rows are not in order of time
        coalesce(bool_and(climb >= 900) filter (where climb > 0) over (partition by _program_id, _source, _file), true) as is_sorted,
        count(*) filter (where climb > 0) over (
            partition by _program_id, _source, _file order by downwards rows between unbounded preceding and current row
        ) as turn_count,
        first_value(day_of_year) over (partition by _program_id, _source, _file order by downwards) as newest_day
    from climbs
),

timed as (
    select *,
        coalesce(
            own_year,
            year(downloaded_on)
            - case
                when is_sorted then turn_count + case when newest_day > 100 * month(downloaded_on) + day(downloaded_on) then 1 else 0 end
                when day_of_year > 100 * month(downloaded_on) + day(downloaded_on) then 1
                else 0
            end
        ) as whole_year
    from turns
),

logged as (
    select
        _program_id, _instance, _source, _file, _row,
        coalesce(
            happened_at,
            try_strptime(printf('%04d-%02d-%02d %02d:%s:%s', whole_year, month, day, hour_of_day, minute, second), '%Y-%m-%d %H:%M:%S')
        ) as occurred_at,
        actor, affected, course, context, lower(origin) as origin,
        cast(null as varchar) as event_id,
        nullif(regexp_extract(sentence, 'course with id ''?([0-9]+)', 1), '') as course_number,
        nullif(regexp_extract(sentence, 'course module id ''?([0-9]+)', 1), '') as module_number,
        case
            when regexp_matches(sentence, 'enrolled the user with id') and not regexp_matches(sentence, 'unenrolled') then 'enrolled'
            when regexp_matches(sentence, 'completed the course with id') then 'completed'
            when regexp_matches(sentence, 'updated the completion state') then 'progressed'
            when regexp_matches(sentence, 'viewed the course with id|viewed the section|viewed the .*course module id') then 'viewed'
            when regexp_matches(sentence, 'has (submitted|uploaded).*course module id') then 'progressed'
            when regexp_matches(event_word, '^(user enrolled in course|nutzer/in in kurs eingeschrieben|usuario matriculado en|usuario inscrito|usuario matriculado na|utilisateur inscrit|utilizador inscrito|gebruiker .*(aangemeld|ingeschreven))') then 'enrolled'
            when regexp_matches(event_word, '^(course completed|kurs (beendet|abgeschlossen)|curso (finalizado|completado|concluido)|cours (termine|acheve)|disciplina concluida|cursus voltooid)') then 'completed'
            when regexp_matches(event_word, '^(course viewed|course module viewed|kurs (angezeigt|angesehen)|kursmodul angezeigt|curso (visto|visualizado)|modulo d[eo] curso (visto|visualizado)|modulo da disciplina visualizado|disciplina visualizada|(module de )?cours consulte|cursus(module)? bekeken)') then 'viewed'
            when regexp_matches(event_word, 'activity completion updated|aktivitatsabschluss.*aktualisiert|finalizacion de actividad|achevement d.*activite|conclusao da atividade|activiteitsvoltooiing') then 'progressed'
            when regexp_matches(event_word, '(attempt|submission).*submitted|abgegeben|entrega enviada|intento enviado|envio foi submetido|tentativa.*entregue|travail.*remis|tentative.*(soumise|remise)|inzending.*ingestuurd') then 'progressed'
        end as verb
    from timed
),

stored as (
    select
        _program_id, _instance, _source, _file, _row,
        happened_at as occurred_at,
        user_id as actor, related_id as affected,
        cast(null as varchar) as course, cast(null as varchar) as context, lower(origin) as origin,
        regexp_replace(id, '([0-9])[.]0$', '\1') as event_id,
        regexp_replace(course_id, '([0-9])[.]0$', '\1') as course_number,
        case when level = 70 then regexp_replace(module_id, '([0-9])[.]0$', '\1') end as module_number,
        case
            when event like '%user\_enrolment\_created' escape '\' then 'enrolled'
            when event like '%course\_completed' escape '\' then 'completed'
            when event like '%course\_module\_completion\_updated' escape '\' then 'progressed'
            when event like '%course\_viewed' escape '\' or event like '%course\_module\_viewed' escape '\' then 'viewed'
            when event like '%attempt\_submitted' escape '\' or event like '%assessable\_submitted' escape '\' then 'progressed'
        end as verb
    from landing.moodle__store
    where not coalesce(anonymous, false)
),

names as (
    -- one name of two people is nobody's
    select _program_id, full_name, min(id) as id
    from landing.moodle__users
    where full_name is not null
    group by 1, 2
    having count(distinct id) = 1
),

told as (
    -- the table's ids hold the instance already, ids in a sentence do not
    select _program_id, _source, _file, _row, occurred_at, actor, affected, course, context, origin, event_id, verb,
        _instance || course_number as course_number, _instance || module_number as module_number
    from logged
    union all
    select _program_id, _source, _file, _row, occurred_at, actor, affected, course, context, origin, event_id, verb,
        course_number, module_number
    from stored
)

select
    told._program_id, told._source, told._file, told._row,
    told.occurred_at,
    told.event_id,
    told.verb,
    -- views are the actor's; what is done to someone is about the affected
    coalesce(
        named.id,
        case when told.verb = 'viewed' then told.actor else coalesce(told.affected, told.actor) end
    ) as learner_id,
    coalesce(told.course_number, told.course, case when told.module_number is null then regexp_replace(told.context, '^[^:]{1,30}: ?', '') end) as course_id,
    case when told.verb in ('viewed', 'progressed') then told.module_number end as module_id,
    told.context
from told
left join names as named
    on named._program_id = told._program_id
    and named.full_name = case when told.verb = 'viewed' then told.actor else coalesce(told.affected, told.actor) end
where told.verb is not null
    and told.occurred_at is not null
    and coalesce(told.origin, 'web') <> 'restore'
    -- the nightly job completes courses and enrols cohorts, but views nothing
    and not (coalesce(told.origin, 'web') in ('cli', 'cron') and told.verb = 'viewed')
    and case when told.verb = 'viewed' then told.actor else coalesce(told.affected, told.actor) end is not null
