import { randomUUID } from 'node:crypto';

// The test's own requests to the server, besides those of the page.

/** @typedef {{ message: string }} Problem */

/**
 * What the mutations of this file answer.
 *
 * @typedef {object} Data
 * @property {{ session: { accessToken: string }, userErrors: Problem[] }} register
 * @property {{ userErrors: Problem[] }} uploadMedia
 * @property {{ nodes: { id: string }[] }} accounts
 * @property {{ userErrors: Problem[] }} createPost
 */

/**
 * Registers a person of this run and signs in.
 *
 * @param {string} origin
 * @returns {Promise<string>} the access token
 */
export async function register(origin) {
  const query = `mutation ($input: RegisterInput!) {
    register(input: $input) {
      session { accessToken refreshToken expiresAt }
      viewer { workspace { id } }
      userErrors { message code path }
    }
  }`;
  const input = {
    email: `graphiql-${randomUUID()}@example.com`,
    password: `long enough ${randomUUID()}`,
    name: 'GraphiQL check',
  };
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { input } }),
  });
  const { register: payload } = await dataOf(response);
  refuseUserErrors(payload.userErrors);
  return payload.session.accessToken;
}

/**
 * Makes something happen in the workspace that `activity` reports: uploads a picture, because that needs no
 * connected account. This is the one place that knows which event the check waits for.
 *
 * @param {string} origin
 * @param {string} token
 * @returns {Promise<string>} the event's kind, as GraphQL spells it
 */
export async function triggerEvent(origin, token) {
  const form = new FormData();
  const query = `mutation ($input: UploadMediaInput!) {
    uploadMedia(input: $input) { media { id } userErrors { message } }
  }`;
  form.set('operations', JSON.stringify({ query, variables: { input: { file: null } } }));
  form.set('map', JSON.stringify({ 0: ['variables.input.file'] }));
  form.set('0', new Blob([onePixel], { type: 'image/png' }), 'pixel.png');
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    // A header that no form can send: the server takes multipart requests only with a preflight.
    headers: { authorization: `Bearer ${token}`, 'graphql-require-preflight': '1' },
    body: form,
  });
  const { uploadMedia: payload } = await dataOf(response);
  refuseUserErrors(payload.userErrors);
  return 'MEDIA_UPLOADED';
}

/**
 * Publishes a post to every connected account.
 *
 * @param {string} origin
 * @param {string} token
 */
export async function publish(origin, token) {
  const { accounts } = await ask(origin, token, '{ accounts { nodes { id } } }', {});
  const input = {
    // X refuses an account's text a second time, and simulated accounts outlive a test.
    content: `Written by the browser test ${randomUUID()}`,
    accountIds: accounts.nodes.map(({ id }) => id),
    publishNow: true,
  };
  const mutation = `mutation ($input: CreatePostInput!) { createPost(input: $input) { userErrors { message } } }`;
  const { createPost } = await ask(origin, token, mutation, { input });
  refuseUserErrors(createPost.userErrors);
}

/**
 * @param {string} origin
 * @param {string} token
 * @param {string} query
 * @param {Record<string, unknown>} variables
 * @returns {Promise<Data>}
 */
async function ask(origin, token, query, variables) {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  return dataOf(response);
}

const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/**
 * @param {Response} response
 * @returns {Promise<Data>}
 */
async function dataOf(response) {
  /** @type {unknown} */
  const body = await response.json();
  const answer = /** @type {{ data: Data, errors?: Problem[] }} */ (body);
  if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}

/** @param {Problem[]} userErrors */
function refuseUserErrors(userErrors) {
  if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
}
