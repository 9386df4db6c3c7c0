-- description: One row per program, kind and method, how people of several systems became one, and where the systems disagree.
-- grain: [program_id, kind, method]
-- belongs_to: [program]
-- types: {program_id: VARCHAR, kind: VARCHAR, method: VARCHAR, item_count: BIGINT, total_count: BIGINT,
--   share: DOUBLE}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   kind: "What is counted: identifier (ids and e-mail addresses of people), person (by the sources that name it), account (external people, by how they got one) or conflict."
--   method: "identifier and person: email_beside_id (an address named beside an id), same_email, same_id, single (nothing to match) and one_source. account: named (by a source), domain (the one account that owns the corporate e-mail domain), named_unlisted (named by a source, but in no list of accounts) and none. conflict: id_with_several_emails, domain_of_several_accounts and person_of_several_accounts."
--   item_count: How many.
--   total_count: "Of how many: identifiers, people, external people, ids with an address, domains of accounts, or people named with an account."
--   share: item_count of total_count; NULL where there is nothing to count.
select
    program_id,
    kind,
    method,
    item_count,
    total_count,
    share
from staging.identity_match
order by program_id, kind, method
