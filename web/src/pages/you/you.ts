import { ask, type UserError } from '../../api/graphql';
import { command } from '../../session/command';
import { accessToken } from '../../session/session';

/** Who is signed in. */
export interface You {
  name: string;
  email: string;
  /** Whether codes are asked for at sign-in. */
  totpEnabled: boolean;
}

/** What an app is set up with. */
export interface Setup {
  /** For a QR code. */
  otpauthUri: string;
  /** To be typed in where the app cannot scan. */
  secret: string;
}

interface Settled {
  userErrors: UserError[];
}

/** Asks who is signed in. */
export async function whoYouAre(): Promise<You> {
  const token = await accessToken();
  const { viewer } = await ask<{ viewer: { user: You } }>(
    '{ viewer { user { name email totpEnabled } } }',
    {},
    token ?? undefined,
  );
  return viewer.user;
}

/** Changes the password; other sessions end. */
export async function changePassword(currentPassword: string, newPassword: string): Promise<UserError[]> {
  const { changePassword } = await command<{ changePassword: Settled }>(
    'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { userErrors { message path } } }',
    { currentPassword, newPassword },
  );
  return changePassword.userErrors;
}

/** Makes a secret for an app. Nothing changes until a code of it is confirmed. */
export async function beginCodes(
  password: string,
): Promise<{ userErrors: UserError[]; setup: Setup | null }> {
  const { beginTotpSetup } = await command<{
    beginTotpSetup: Settled & { otpauthUri: string | null; secret: string | null };
  }>(
    'mutation ($input: BeginTotpSetupInput!) { beginTotpSetup(input: $input) { otpauthUri secret userErrors { message path } } }',
    { password },
  );
  const { otpauthUri, secret, userErrors } = beginTotpSetup;
  const setup = otpauthUri === null || secret === null ? null : { otpauthUri, secret };
  return { userErrors, setup };
}

/** Turns codes on with the first one of the app; gives the recovery codes, which are shown once. */
export async function confirmCodes(code: string): Promise<{ userErrors: UserError[]; recovery: string[] }> {
  const { confirmTotp } = await command<{ confirmTotp: Settled & { recoveryCodes: string[] | null } }>(
    'mutation ($input: ConfirmTotpInput!) { confirmTotp(input: $input) { recoveryCodes userErrors { message path } } }',
    { code },
  );
  return { userErrors: confirmTotp.userErrors, recovery: confirmTotp.recoveryCodes ?? [] };
}

/** Turns codes off. */
export async function endCodes(password: string, code: string): Promise<UserError[]> {
  const { disableTotp } = await command<{ disableTotp: Settled }>(
    'mutation ($input: DisableTotpInput!) { disableTotp(input: $input) { userErrors { message path } } }',
    { password, code },
  );
  return disableTotp.userErrors;
}

/** Erases the person for good. `code`: where codes are on. */
export async function eraseYou(password: string, confirm: string, code?: string): Promise<UserError[]> {
  const { eraseMe } = await command<{ eraseMe: Settled }>(
    'mutation ($input: EraseMeInput!) { eraseMe(input: $input) { userErrors { message path } } }',
    { password, confirm, code },
  );
  return eraseMe.userErrors;
}

/** The archive of all that is kept of the person. */
export async function fetchYourData(): Promise<Blob> {
  const token = await accessToken();
  const response = await fetch('/api/auth/me/data', { headers: { authorization: `Bearer ${token ?? ''}` } });
  if (response.ok) return response.blob();
  const answer = (await response.json().catch(() => ({}))) as { error?: string };
  throw new Error(answer.error ?? 'The server does not answer. Try again in a moment.');
}
