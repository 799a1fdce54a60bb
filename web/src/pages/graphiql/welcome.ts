import { apiPages } from './apiPages';
import { exampleNamed } from './examples';

const hint = `# Control+Enter runs this query, Control+Space completes. The list on the left has more examples.
#
# Whoever is signed in at /sign-in is signed in here. Otherwise run "Register" or "SignIn" of the examples, and put the
# access token into the Headers editor: { "Authorization": "Bearer <accessToken>" }

`;

/** What a fresh editor shows: who is signed in, and their newest posts. */
export const welcome = `${hint}${exampleNamed(apiPages, 'Welcome')?.query ?? ''}`;
