import { useEffect, useReducer } from 'react';
import { follow } from '../../api/follow';
import { ask } from '../../api/graphql';
import { accessToken } from '../../session/session';
import { SignedIn } from '../../session/SignedIn';
import { after, empty, lineText, type Happening } from './feed';
import './activity.css';

const PAST = '{ viewer { workspace { activity(last: 100) { cursor at kind summary } } } }';
const FOLLOW = 'subscription Activity($after: String) { activity(after: $after) { cursor at kind summary } }';
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', dateStyle: 'short' });

/** `/activity`: what happened in the workspace, and what happens, without a gap over cuts of the connection. */
export default function ActivityPage() {
  return (
    <SignedIn>
      <h1>Activity</h1>
      <Live />
    </SignedIn>
  );
}

function Live() {
  const [feed, tell] = useReducer(after, empty);
  useEffect(
    () =>
      follow<Happening>(
        { query: FOLLOW, field: 'activity', past, accessToken },
        {
          past: (events) => {
            tell({ type: 'past', events });
          },
          opened: (again) => {
            tell({ type: 'opened', again });
          },
          cut: () => {
            tell({ type: 'cut' });
          },
          item: (event) => {
            tell({ type: 'event', event });
          },
          refused: (words) => {
            tell({ type: 'refused', words });
          },
        },
      ),
    [],
  );
  return (
    <>
      <p className="line" data-line={feed.line} role="status">
        {lineText[feed.line]} {feed.refusal}
      </p>
      <ol className="happenings" aria-label="Events, newest first">
        {feed.events.map(({ cursor, at, kind, summary }) => (
          <li key={cursor} data-kind={kind}>
            <time dateTime={at}>{clock.format(new Date(at))}</time>
            <span>{summary}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

/** The newest events, oldest first: the log has one at least, that of its beginning. */
async function past(): Promise<Happening[]> {
  const token = await accessToken();
  const { viewer } = await ask<{ viewer: { workspace: { activity: Happening[] } | null } | null }>(
    PAST,
    {},
    token ?? undefined,
  );
  if (!viewer?.workspace) throw new Error('There is no workspace to follow.');
  return viewer.workspace.activity;
}
