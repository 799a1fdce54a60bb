-- Filters that read names and alternative texts of media, where there is pg_trgm: an earlier step has created it if it
-- could.
do $$
begin
  create index media_text_parts on media using gin (file_name gin_trgm_ops, alt_text gin_trgm_ops);
exception when others then
  raise notice 'filters that read texts of media have no index: %', sqlerrm;
end
$$;
