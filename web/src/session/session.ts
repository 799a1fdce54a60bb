import { ApiError, ask, type UserError } from '../api/graphql';

/** What signs a person in. The refresh token is traded for the next one before the access token expires. */
export interface Session {
  accessToken: string;
  refreshToken: string;
  /** When the access token expires, RFC 3339. */
  expiresAt: string;
}

/** Where the session is kept between pages and visits. Scripts of the server's own files alone can read it. */
const KEY = 'fanfare.session';
/** The access token is renewed this long before it expires, in milliseconds. */
const AHEAD = 30_000;

const listeners = new Set<() => void>();

/** The session as it is stored; one object for as long as it does not change. */
export function current(): Session | null {
  const text = localStorage.getItem(KEY);
  if (text !== known.text) known = { text, session: read(text) };
  return known.session;
}

let known: { text: string | null; session: Session | null } = { text: null, session: null };

/** The session in a stored text; `null` for a text that holds none. */
export function read(text: string | null): Session | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isSession(value) ? value : null;
  } catch {
    return null;
  }
}

function isSession(value: unknown): value is Session {
  if (typeof value !== 'object' || value === null) return false;
  const { accessToken, refreshToken, expiresAt } = value as Partial<Session>;
  return [accessToken, refreshToken, expiresAt].every((field) => typeof field === 'string' && field !== '');
}

function keep(session: Session | null): void {
  if (session === null) localStorage.removeItem(KEY);
  else {
    const { accessToken, refreshToken, expiresAt } = session;
    localStorage.setItem(KEY, JSON.stringify({ accessToken, refreshToken, expiresAt }));
  }
  for (const listener of listeners) listener();
}

/** Calls `listener` when the session changes, in another tab too; answers how to stop. */
export function onChange(listener: () => void): () => void {
  const stored = (event: StorageEvent) => {
    if (event.key === KEY || event.key === null) listener();
  };
  listeners.add(listener);
  window.addEventListener('storage', stored);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', stored);
  };
}

/** Whether a session's access token must be renewed at `now`, in milliseconds since 1970. */
export function isStale(session: Session, now: number): boolean {
  const expires = Date.parse(session.expiresAt);
  return Number.isNaN(expires) || expires - AHEAD <= now;
}

/** An access token that is good for a while; `null` where nobody is signed in any more. */
export async function accessToken(): Promise<string | null> {
  const session = current();
  if (session === null) return null;
  if (!isStale(session, Date.now())) return session.accessToken;
  // One tab at a time: the reuse of an old refresh token ends the session.
  return navigator.locks.request(KEY, async () => {
    const newest = current();
    if (newest === null || !isStale(newest, Date.now())) return newest?.accessToken ?? null;
    return renew(newest.refreshToken);
  });
}

async function renew(refreshToken: string): Promise<string | null> {
  try {
    const { refreshSession } = await ask<{ refreshSession: SignedIn }>(
      'mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { session { accessToken refreshToken expiresAt } userErrors { message path } } }',
      { input: { refreshToken } },
    );
    keep(refreshSession.session);
    return refreshSession.session?.accessToken ?? null;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'UNAUTHENTICATED') {
      keep(null);
      return null;
    }
    throw error;
  }
}

interface SignedIn {
  session: Session | null;
  userErrors: UserError[];
}

/** What signs a user in; a code where they have turned two-factor authentication on. */
export interface SignIn {
  email: string;
  password: string;
  totpCode?: string;
  recoveryCode?: string;
}

/** Signs in; returns the validation errors, none on success. */
export async function signIn(input: SignIn): Promise<UserError[]> {
  const { login } = await ask<{ login: SignedIn }>(
    'mutation ($input: LoginInput!) { login(input: $input) { session { accessToken refreshToken expiresAt } userErrors { message code path } } }',
    { input },
  );
  return begin(login);
}

/**
 * Registers a user and signs in: with a workspace of their own, in the browser's time zone, or as a member of the
 * workspace that an invitation leads to.
 */
export async function register(input: {
  name: string;
  email: string;
  password: string;
  invitationToken?: string | undefined;
}): Promise<UserError[]> {
  const ofBrowser = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const timeZone = input.invitationToken === undefined ? ofBrowser : undefined;
  const answer = await ask<{ register: SignedIn }>(
    'mutation ($input: RegisterInput!) { register(input: $input) { session { accessToken refreshToken expiresAt } userErrors { message path } } }',
    { input: { ...input, timeZone } },
  );
  return begin(answer.register);
}

function begin({ session, userErrors }: SignedIn): UserError[] {
  if (session !== null) keep(session);
  return userErrors;
}

/** Ends the session here, where the server has ended it already. */
export function forget(): void {
  keep(null);
}

/** Ends the session here and on the server. */
export async function signOut(): Promise<void> {
  const session = current();
  keep(null);
  if (session === null) return;
  const { refreshToken, accessToken } = session;
  // Without an answer the session ends on its own, when its refresh token expires.
  await ask(
    'mutation ($input: LogoutInput!) { logout(input: $input) { loggedOut } }',
    { input: { refreshToken } },
    accessToken,
  ).catch(() => undefined);
}
