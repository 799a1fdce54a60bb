import { useEffect, useReducer } from 'react';
import { follow } from '../../api/follow';
import { ask } from '../../api/graphql';
import { accessToken } from '../../session/session';
import { SignedIn } from '../../session/SignedIn';
import { after, empty, lineText, type Happening } from './feed';
import './activity.css';

const NEWEST = '{ viewer { workspace { cursor } } }';
const FOLLOW = 'subscription Activity($after: String) { activity(after: $after) { cursor at kind summary } }';
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', dateStyle: 'short' });

/** `/activity`: what happens in the workspace, as it happens, without a gap over cuts of the connection. */
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
        { query: FOLLOW, field: 'activity', newest, accessToken },
        {
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
      {feed.events.length === 0 && <p className="quiet">Nothing has happened since this page was opened.</p>}
    </>
  );
}

async function newest(): Promise<string> {
  const token = await accessToken();
  const { viewer } = await ask<{ viewer: { workspace: { cursor: string } | null } | null }>(
    NEWEST,
    {},
    token ?? undefined,
  );
  if (!viewer?.workspace) throw new Error('There is no workspace to follow.');
  return viewer.workspace.cursor;
}
