drop index if exists media_text_parts;
