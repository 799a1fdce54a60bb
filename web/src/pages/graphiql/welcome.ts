/** What a fresh editor shows: how to sign in, and a subscription to try. */
export const welcome = `# Fanfare's GraphQL API. Control+Space completes, Control+Enter runs.
#
# Signed in at /sign-in? Then every operation here is, too: go on with 3.
# 1. Run "Register" (or your own login mutation).
# 2. Put the token into the Headers editor below:
#    { "Authorization": "Bearer <accessToken>" }
# 3. Run "Activity": it stays open and shows the newest event as it arrives.

mutation Register {
  register(input: { email: "me@example.com", password: "a long password", name: "Me" }) {
    session {
      accessToken
    }
    userErrors {
      message
      code
      path
    }
  }
}

subscription Activity {
  activity {
    cursor
    kind
    summary
  }
}
`;
