/** What came of a consent. */
export interface Outcome {
  good: boolean;
  text: string;
}

/** Sentences for the `error` that the server's callback appends to the address. */
const refusals: Readonly<Record<string, string>> = {
  account_consent_refused: 'The consent was refused, so nothing was connected.',
  account_state_invalid: 'This consent was used already or is too old. Connect the account again.',
  account_confirmation_required: 'The consent was begun in another browser, so nothing was connected.',
  account_mismatch: 'The consent was given for another account than the one to reconnect.',
  account_network_error: 'The network could not be reached, or refused. Try again in a moment.',
};

/** The outcome in the address that a consent returned to; `null` where the page was opened otherwise. */
export function outcome(search: string): Outcome | null {
  const parameters = new URLSearchParams(search);
  const error = parameters.get('error');
  if (error !== null) {
    return { good: false, text: refusals[error] ?? 'The account could not be connected. Try again.' };
  }
  return parameters.has('connected') ? { good: true, text: 'The account is connected.' } : null;
}
