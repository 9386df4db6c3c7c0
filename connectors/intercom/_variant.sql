-- description: One row per article and language, the default language's row being the article itself; deleted articles are left out.
-- grain: [_program_id, id, locale]
with ranked as (
    select *,
        -- an article of one language does not name it, its address does
        lower(coalesce(default_locale, nullif(regexp_extract(url, '/([a-z]{2}(-[A-Za-z]{2})?)/articles/', 1), '')))
            as source_locale,
        row_number() over (
            partition by _program_id, id
            order by updated_at desc nulls last, coalesce(is_active, true) desc, _file desc, _row desc
        ) as recency
    from landing.intercom__articles
),

articles as (
    select *
    from ranked
    where recency = 1 and coalesce(is_active, true) and not coalesce(is_deleted, false)
),

translated as (
    select _program_id, _source, _file, _row, id, source_locale, updated_at as source_updated_at, unnest([
            {locale: 'ar', state: state_ar, updated_at: updated_at_ar},
            {locale: 'bg', state: state_bg, updated_at: updated_at_bg},
            {locale: 'bs', state: state_bs, updated_at: updated_at_bs},
            {locale: 'ca', state: state_ca, updated_at: updated_at_ca},
            {locale: 'cs', state: state_cs, updated_at: updated_at_cs},
            {locale: 'da', state: state_da, updated_at: updated_at_da},
            {locale: 'de', state: state_de, updated_at: updated_at_de},
            {locale: 'el', state: state_el, updated_at: updated_at_el},
            {locale: 'en', state: state_en, updated_at: updated_at_en},
            {locale: 'es', state: state_es, updated_at: updated_at_es},
            {locale: 'et', state: state_et, updated_at: updated_at_et},
            {locale: 'fi', state: state_fi, updated_at: updated_at_fi},
            {locale: 'fr', state: state_fr, updated_at: updated_at_fr},
            {locale: 'he', state: state_he, updated_at: updated_at_he},
            {locale: 'hr', state: state_hr, updated_at: updated_at_hr},
            {locale: 'hu', state: state_hu, updated_at: updated_at_hu},
            {locale: 'id', state: state_id, updated_at: updated_at_id},
            {locale: 'it', state: state_it, updated_at: updated_at_it},
            {locale: 'ja', state: state_ja, updated_at: updated_at_ja},
            {locale: 'ko', state: state_ko, updated_at: updated_at_ko},
            {locale: 'lt', state: state_lt, updated_at: updated_at_lt},
            {locale: 'lv', state: state_lv, updated_at: updated_at_lv},
            {locale: 'mn', state: state_mn, updated_at: updated_at_mn},
            {locale: 'nb', state: state_nb, updated_at: updated_at_nb},
            {locale: 'nl', state: state_nl, updated_at: updated_at_nl},
            {locale: 'pl', state: state_pl, updated_at: updated_at_pl},
            {locale: 'pt', state: state_pt, updated_at: updated_at_pt},
            {locale: 'pt-br', state: state_pt_br, updated_at: updated_at_pt_br},
            {locale: 'ro', state: state_ro, updated_at: updated_at_ro},
            {locale: 'ru', state: state_ru, updated_at: updated_at_ru},
            {locale: 'sl', state: state_sl, updated_at: updated_at_sl},
            {locale: 'sr', state: state_sr, updated_at: updated_at_sr},
            {locale: 'sv', state: state_sv, updated_at: updated_at_sv},
            {locale: 'tr', state: state_tr, updated_at: updated_at_tr},
            {locale: 'vi', state: state_vi, updated_at: updated_at_vi},
            {locale: 'zh-cn', state: state_zh_cn, updated_at: updated_at_zh_cn},
            {locale: 'zh-tw', state: state_zh_tw, updated_at: updated_at_zh_tw}
        ]) as variant
    from articles
)

select
    _program_id, _source, _file, _row, id, source_locale, source_locale as locale,
    true as is_source, state, updated_at, false as is_outdated
from articles
union all
select
    _program_id, _source, _file, _row, id, source_locale, variant.locale,
    false, variant.state, variant.updated_at, variant.updated_at < source_updated_at
from translated
where (variant.state is not null or variant.updated_at is not null)
    and variant.locale is distinct from source_locale
