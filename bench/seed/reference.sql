-- What every server must answer: the newest 20 posts of each workspace, straight from the tables.
select json_agg(posts order by id)
from (
  select w.id, json_agg(p order by p."createdAt" desc, p.id desc) as posts
  from peer.workspaces w,
    lateral (
      select id, content, status, scheduled_at as "scheduledAt", created_at as "createdAt",
        (
          select json_agg(
            json_build_object(
              'status', t.status, 'externalId', t.external_id, 'publishedAt', t.published_at,
              'account', (
                select json_build_object('platform', platform, 'handle', handle, 'pictureUrl', avatar_url,
                  'followersCount', followers)
                from peer.accounts a
                where a.id = t.account_id
              )
            )
            order by t.id
          )
          from peer.post_targets t
          where t.post_id = posts.id
        ) as targets
      from peer.posts
      where workspace_id = w.id
      order by created_at desc, id desc
      limit 20
    ) p
  group by w.id
) lists;
