import { ask } from '../api/graphql';
import { accessToken } from './session';

/** Runs a mutation with one `input`, as the person who is signed in. */
export async function command<Data>(mutation: string, input: Record<string, unknown>): Promise<Data> {
  const token = await accessToken();
  return ask<Data>(mutation, { input }, token ?? undefined);
}
