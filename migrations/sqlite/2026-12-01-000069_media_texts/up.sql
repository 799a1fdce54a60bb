-- Names and alternative texts of media by every three characters in a row, as the texts of posts.
create virtual table media_parts using fts5 (file_name, alt_text, content = '', columnsize = 0, tokenize = 'trigram');
insert into media_parts (rowid, file_name, alt_text)
  select workspace_id * 1099511627776 + id, file_name, alt_text from media;
insert into media_parts (media_parts, rank) values ('secure-delete', 1);
create trigger media_parts_added after insert on media begin
  insert into media_parts (rowid, file_name, alt_text)
    values (new.workspace_id * 1099511627776 + new.id, new.file_name, new.alt_text);
end;
create trigger media_parts_removed after delete on media begin
  insert into media_parts (media_parts, rowid, file_name, alt_text)
    values ('delete', old.workspace_id * 1099511627776 + old.id, old.file_name, old.alt_text);
end;
create trigger media_parts_changed after update of file_name, alt_text on media
when old.file_name is not new.file_name or old.alt_text is not new.alt_text begin
  insert into media_parts (media_parts, rowid, file_name, alt_text)
    values ('delete', old.workspace_id * 1099511627776 + old.id, old.file_name, old.alt_text);
  insert into media_parts (rowid, file_name, alt_text)
    values (new.workspace_id * 1099511627776 + new.id, new.file_name, new.alt_text);
end;
