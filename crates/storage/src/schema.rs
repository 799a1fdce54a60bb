//! The tables, once for both databases; `migrations/` makes them.

macro_rules! tables {
    ($($name:ident ($($pk:ident),+) { $($col:ident -> $ty:ty,)+ })+) => {
        $(diesel::table! {
            use diesel::sql_types::*;
            use fanfare_domain::sql::{JsonT, Ts};
            $name ($($pk),+) { $($col -> $ty,)+ }
        })+
        diesel::allow_tables_to_appear_in_same_query!($($name,)+);
    };
}

tables! {
    users (id) {
        id -> BigInt, email -> Text, email_key -> Text, name -> Text, password_hash -> Text,
        created_at -> Ts, updated_at -> Ts, revision -> Integer,
    }
    workspaces (id) { id -> BigInt, name -> Text, time_zone -> Text, created_at -> Ts, }
    memberships (workspace_id, user_id) {
        workspace_id -> BigInt, user_id -> BigInt, role -> Text, created_at -> Ts, revision -> Integer,
    }
    sessions (id) {
        id -> BigInt, user_id -> BigInt, created_at -> Ts, revoked_at -> Nullable<Ts>, address -> Nullable<Text>,
        network -> Nullable<Text>, last_used_at -> Nullable<Ts>,
    }
    invitations (id) {
        id -> BigInt, workspace_id -> BigInt, token_hash -> Text, role -> Text, email -> Nullable<Text>,
        email_key -> Nullable<Text>, invited_by -> BigInt, created_at -> Ts, expires_at -> Ts,
        accepted_at -> Nullable<Ts>, accepted_by -> Nullable<BigInt>, revoked_at -> Nullable<Ts>,
    }
    refresh_tokens (token_hash) {
        token_hash -> Text, session_id -> BigInt, created_at -> Ts, expires_at -> Ts, used_at -> Nullable<Ts>,
    }
    second_factors (user_id) {
        user_id -> BigInt, secret_sealed -> Text, confirmed_at -> Nullable<Ts>, last_step -> BigInt, created_at -> Ts,
        failures -> Integer, locked_until -> Nullable<Ts>,
    }
    recovery_codes (user_id, code_hash) {
        user_id -> BigInt, code_hash -> Text, created_at -> Ts, used_at -> Nullable<Ts>,
    }
    sealing_servers (server) { server -> Text, key_id -> Text, seen_at -> Ts, }
    event_counters (workspace_id) { workspace_id -> BigInt, last_seq -> BigInt, }
    events (workspace_id, seq) {
        workspace_id -> BigInt, seq -> BigInt, kind -> Text,
        post_id -> Nullable<BigInt>, target_id -> Nullable<BigInt>, account_id -> Nullable<BigInt>,
        media_id -> Nullable<BigInt>, user_id -> Nullable<BigInt>, campaign_id -> Nullable<BigInt>,
        template_id -> Nullable<BigInt>, actor_id -> Nullable<BigInt>, payload -> JsonT, at -> Ts,
        address -> Nullable<Text>, api_key_id -> Nullable<BigInt>, changes -> Nullable<JsonT>,
    }
    idempotency_keys (workspace_id, user_id, operation, idempotency_key) {
        workspace_id -> BigInt, user_id -> BigInt, operation -> Text, idempotency_key -> Text,
        input_hash -> Text, result -> Nullable<JsonT>, created_at -> Ts,
    }
    accounts (id) {
        id -> BigInt, workspace_id -> BigInt, platform -> Text, remote_id -> Text, name -> Text,
        handle -> Nullable<Text>, account_type -> Text, picture_url -> Nullable<Text>, profile_url -> Nullable<Text>,
        status -> Text, status_reason -> Nullable<Text>, simulated -> Bool,
        access_token_sealed -> Nullable<Text>, refresh_token_sealed -> Nullable<Text>,
        token_expires_at -> Nullable<Ts>, refresh_expires_at -> Nullable<Ts>, scopes -> JsonT,
        followers_count -> Nullable<BigInt>, following_count -> Nullable<BigInt>,
        refresh_lease_until -> Nullable<Ts>, expiry_warned_at -> Nullable<Ts>,
        refresh_at -> Nullable<Ts>, refresh_failures -> Integer, refresh_lease_token -> BigInt,
        connected_by -> Nullable<BigInt>, created_at -> Ts, updated_at -> Ts,
    }
    oauth_states (state_hash) {
        state_hash -> Text, workspace_id -> BigInt, user_id -> BigInt, platform -> Text,
        account_id -> Nullable<BigInt>, pkce_verifier_sealed -> Nullable<Text>, browser_hash -> Nullable<Text>,
        redirect_to -> Nullable<Text>, created_at -> Ts, expires_at -> Ts, used_at -> Nullable<Ts>,
        connected_account_id -> Nullable<BigInt>,
    }
    media (id) {
        id -> BigInt, workspace_id -> BigInt, storage_key -> Text, kind -> Text, mime_type -> Text,
        size_bytes -> BigInt, width -> Nullable<Integer>, height -> Nullable<Integer>,
        duration_ms -> Nullable<BigInt>, alt_text -> Nullable<Text>, file_name -> Nullable<Text>,
        uploaded_by -> Nullable<BigInt>, created_at -> Ts, revision -> Integer,
    }
    posts (id) {
        id -> BigInt, workspace_id -> BigInt, author_id -> Nullable<BigInt>, content -> Text, title -> Nullable<Text>,
        hashtags -> JsonT, link_url -> Nullable<Text>, template_type -> Nullable<Text>, publish_mode -> Text,
        status -> Text, scheduled_at -> Nullable<Ts>, published_at -> Nullable<Ts>,
        created_at -> Ts, updated_at -> Ts, campaign_id -> Nullable<BigInt>, media_state -> Nullable<Text>,
        revision -> Integer,
    }
    campaigns (id) {
        id -> BigInt, workspace_id -> BigInt, name -> Text, description -> Nullable<Text>, status -> Text,
        target_platforms -> JsonT, start_date -> Date, end_date -> Date, budget_hundredths -> Nullable<BigInt>,
        created_by -> Nullable<BigInt>, created_at -> Ts, updated_at -> Ts, revision -> Integer,
    }
    templates (id) {
        id -> BigInt, workspace_id -> BigInt, name -> Text, content_template -> Text,
        hashtag_template -> Nullable<Text>, platform -> Nullable<Text>, category -> Nullable<Text>,
        created_by -> Nullable<BigInt>, created_at -> Ts, updated_at -> Ts, revision -> Integer,
    }
    exports (id) {
        id -> BigInt, workspace_id -> BigInt, requested_by -> Nullable<BigInt>, kind -> Text, status -> Text,
        first_day -> Date, last_day -> Date, from_at -> Ts, to_at -> Ts, total -> BigInt, done -> BigInt,
        rows_written -> BigInt, chunks -> Integer, cursor_at -> Nullable<Ts>, cursor_id -> Nullable<BigInt>,
        attempts -> Integer, lease_until -> Nullable<Ts>, lease_token -> BigInt, run_at -> Ts, error -> Nullable<Text>,
        created_at -> Ts, finished_at -> Nullable<Ts>,
    }
    export_chunks (export_id, position) {
        export_id -> BigInt, position -> Integer, workspace_id -> BigInt, content -> Text,
    }
    imports (id) {
        id -> BigInt, workspace_id -> BigInt, requested_by -> Nullable<BigInt>, file_name -> Nullable<Text>,
        dry_run -> Bool, status -> Text, heading -> JsonT, total -> BigInt, done -> BigInt, created -> BigInt,
        failed -> BigInt, attempts -> Integer, lease_until -> Nullable<Ts>, lease_token -> BigInt, run_at -> Ts,
        error -> Nullable<Text>, created_at -> Ts, finished_at -> Nullable<Ts>,
    }
    import_lines (import_id, line) {
        import_id -> BigInt, line -> Integer, workspace_id -> BigInt, cells -> JsonT,
    }
    import_problems (id) {
        id -> BigInt, import_id -> BigInt, workspace_id -> BigInt, line -> Integer, field -> Nullable<Text>,
        code -> Text, message -> Text, created_at -> Ts,
    }
    workspace_settings (workspace_id) {
        workspace_id -> BigInt, engagement_notifications -> Bool, banned_keywords -> JsonT, updated_at -> Ts,
        auto_reply_enabled -> Bool, auto_reply_text -> Nullable<Text>, auto_optimal_time -> Bool,
        revision -> Integer,
    }
    media_fetches (id) {
        id -> BigInt, workspace_id -> BigInt, post_id -> BigInt, position -> Integer,
        requested_by -> Nullable<BigInt>, url -> Text, status -> Text, media_id -> Nullable<BigInt>, run_at -> Ts,
        attempts -> Integer, lease_until -> Nullable<Ts>, lease_token -> BigInt, error -> Nullable<Text>,
        created_at -> Ts, finished_at -> Nullable<Ts>,
    }
    post_media (post_id, media_id) {
        post_id -> BigInt, media_id -> BigInt, workspace_id -> BigInt, position -> Integer,
    }
    post_targets (id) {
        id -> BigInt, workspace_id -> BigInt, post_id -> BigInt, account_id -> BigInt, position -> Integer,
        status -> Text, content -> Nullable<Text>, title -> Nullable<Text>, hashtags -> Nullable<JsonT>,
        link_url -> Nullable<Text>, own_media -> Bool, external_id -> Nullable<Text>, url -> Nullable<Text>,
        error_code -> Nullable<Text>, error_message -> Nullable<Text>, attempts -> Integer,
        next_attempt_at -> Nullable<Ts>, published_at -> Nullable<Ts>, created_at -> Ts, updated_at -> Ts,
        measured -> Bool,
    }
    target_media (target_id, media_id) {
        target_id -> BigInt, media_id -> BigInt, workspace_id -> BigInt, position -> Integer,
    }
    sagas (id) {
        id -> BigInt, workspace_id -> BigInt, post_id -> BigInt, state -> Text,
        failed_target_id -> Nullable<BigInt>, failed_step -> Nullable<Text>, created_at -> Ts, updated_at -> Ts,
    }
    publish_steps (id) {
        id -> BigInt, workspace_id -> BigInt, target_id -> BigInt, phase -> Text, name -> Text, step_key -> Text,
        state -> Text, public_effect -> Bool, remote_id -> Nullable<Text>, url -> Nullable<Text>,
        evidence -> Nullable<JsonT>, memory_sealed -> Nullable<Text>, error -> Nullable<Text>,
        deadline_at -> Ts, sent_at -> Ts, settled_at -> Nullable<Ts>,
        network_sent_at -> Nullable<Ts>, network_ended_at -> Nullable<Ts>,
    }
    jobs (id) {
        id -> BigInt, workspace_id -> BigInt, kind -> Text, target_id -> BigInt, account_id -> BigInt,
        platform -> Text, state -> Text, run_at -> Ts, due_at -> Ts, attempts -> Integer, budget_taken -> Bool,
        lease_until -> Nullable<Ts>, lease_token -> BigInt, last_error -> Nullable<Text>, created_at -> Ts,
    }
    api_keys (id) {
        id -> BigInt, workspace_id -> BigInt, user_id -> BigInt, name -> Text, prefix -> Text, scopes -> JsonT,
        created_at -> Ts, expires_at -> Nullable<Ts>, rotated_at -> Nullable<Ts>, revoked_at -> Nullable<Ts>,
        last_used_at -> Nullable<Ts>,
    }
    api_key_secrets (prefix) {
        prefix -> Text, workspace_id -> BigInt, api_key_id -> BigInt, secret_hash -> Text, created_at -> Ts,
        expires_at -> Nullable<Ts>,
    }
    target_metrics (target_id) {
        target_id -> BigInt, workspace_id -> BigInt, post_id -> BigInt, account_id -> BigInt,
        views -> Nullable<BigInt>, impressions -> Nullable<BigInt>, reach -> Nullable<BigInt>,
        likes -> Nullable<BigInt>, comments -> Nullable<BigInt>, shares -> Nullable<BigInt>,
        saves -> Nullable<BigInt>, clicks -> Nullable<BigInt>, engagement -> BigInt, audience -> Nullable<BigInt>,
        milestone -> BigInt, measured_at -> Nullable<Ts>, next_look_at -> Nullable<Ts>,
    }
    target_metric_points (target_id, taken_at) {
        target_id -> BigInt, taken_at -> Ts, workspace_id -> BigInt, post_id -> BigInt,
        views -> Nullable<BigInt>, impressions -> Nullable<BigInt>, reach -> Nullable<BigInt>,
        likes -> Nullable<BigInt>, comments -> Nullable<BigInt>, shares -> Nullable<BigInt>,
        saves -> Nullable<BigInt>, clicks -> Nullable<BigInt>,
    }
    target_metric_days (target_id, day) {
        target_id -> BigInt, day -> Date, workspace_id -> BigInt, post_id -> BigInt, account_id -> BigInt,
        engagement -> BigInt, views -> Nullable<BigInt>, impressions -> Nullable<BigInt>, reach -> Nullable<BigInt>,
    }
    account_metrics (account_id) {
        account_id -> BigInt, workspace_id -> BigInt, milestone -> Nullable<BigInt>, next_account_look_at -> Ts,
        run_at -> Ts, lease_until -> Nullable<Ts>, failures -> Integer, lease_token -> BigInt,
    }
    account_metric_days (account_id, utc_day) {
        account_id -> BigInt, utc_day -> Date, workspace_id -> BigInt, taken_at -> Ts,
        followers -> Nullable<BigInt>, following -> Nullable<BigInt>, posts -> Nullable<BigInt>,
        views -> Nullable<BigInt>, reach -> Nullable<BigInt>,
    }
    inbox_messages (id) {
        id -> BigInt, workspace_id -> BigInt, account_id -> BigInt, platform -> Text, remote_id -> Text,
        thread_key -> Text, kind -> Text, status -> Text, sender_remote_id -> Text, sender_name -> Text,
        sender_handle -> Nullable<Text>, text -> Text, url -> Nullable<Text>, parent_remote_id -> Nullable<Text>,
        post_id -> Nullable<BigInt>, target_id -> Nullable<BigInt>,
        received_at -> Ts, created_at -> Ts, updated_at -> Ts,
    }
    inbox_marks (account_id) {
        account_id -> BigInt, workspace_id -> BigInt, mark -> Nullable<JsonT>, look_at -> Ts, failures -> Integer,
        last_error -> Nullable<Text>, looked_at -> Nullable<Ts>, lease_until -> Nullable<Ts>, lease_token -> BigInt,
    }
    inbox_replies (id) {
        id -> BigInt, workspace_id -> BigInt, message_id -> BigInt, account_id -> BigInt, platform -> Text,
        author_id -> Nullable<BigInt>, text -> Text, state -> Text, run_at -> Nullable<Ts>, attempts -> Integer,
        lease_until -> Nullable<Ts>, lease_token -> BigInt, remote_id -> Nullable<Text>, url -> Nullable<Text>,
        evidence -> Nullable<JsonT>, error -> Nullable<Text>, deadline_at -> Nullable<Ts>, sent_at -> Nullable<Ts>,
        settled_at -> Nullable<Ts>, created_at -> Ts, automatic -> Bool,
        network_sent_at -> Nullable<Ts>, network_ended_at -> Nullable<Ts>, requeued_at -> Nullable<Ts>,
    }
    kept_counts (workspace_id, counted, of_id, bucket, part) {
        workspace_id -> BigInt, counted -> Text, of_id -> BigInt, bucket -> Text, part -> BigInt, amount -> BigInt,
        folded -> Bool,
    }
    ai_usage (workspace_id, day) { workspace_id -> BigInt, day -> BigInt, requests -> BigInt, tokens -> BigInt, }
    ai_server_usage (day) { day -> BigInt, requests -> BigInt, tokens -> BigInt, }
    post_usage (workspace_id) { workspace_id -> BigInt, day -> BigInt, created -> BigInt, }
    unowned_files (id) {
        id -> BigInt, storage_key -> Text, workspace_id -> BigInt, size_bytes -> BigInt, delete_at -> Ts,
        attempts -> Integer, lease_until -> Nullable<Ts>, lease_token -> BigInt,
    }
    rate_buckets (bucket) { bucket -> Text, tokens -> Double, updated_at -> Ts, }
}

diesel::joinable!(memberships -> workspaces (workspace_id));
diesel::joinable!(memberships -> users (user_id));
diesel::joinable!(invitations -> workspaces (workspace_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(api_key_secrets -> api_keys (api_key_id));
diesel::joinable!(workspace_settings -> workspaces (workspace_id));
diesel::joinable!(post_media -> media (media_id));
diesel::joinable!(target_media -> media (media_id));
diesel::joinable!(post_targets -> posts (post_id));
diesel::joinable!(post_targets -> accounts (account_id));
diesel::joinable!(target_metrics -> post_targets (target_id));
diesel::joinable!(target_metrics -> posts (post_id));
diesel::joinable!(inbox_marks -> accounts (account_id));
diesel::joinable!(inbox_replies -> accounts (account_id));
diesel::joinable!(inbox_replies -> inbox_messages (message_id));
