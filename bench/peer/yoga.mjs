// graphql-yoga over the same rows, as fast as its documentation knows to make it: JIT, loaders, prepared statements, one
// process a core. It has no sign-in, roles, limits, cost counting or metrics.
import cluster from 'node:cluster';
import { setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import { useGraphQlJit } from '@envelop/graphql-jit';
import DataLoader from 'dataloader';
import { GraphQLScalarType } from 'graphql';
import { createPubSub, createSchema, createYoga } from 'graphql-yoga';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { accountsOf, newestPosts, targetsOf } from './tables.mjs';

const typeDefs = `
  scalar DateTime
  type Account { platform: String! handle: String! pictureUrl: String followersCount: Int! }
  type PostTarget { status: String! externalId: String publishedAt: DateTime account: Account! }
  type Post {
    id: Int! content: String! status: String! scheduledAt: DateTime createdAt: DateTime! targets: [PostTarget!]!
  }
  type PostEvent { cursor: String! kind: String! summary: String! }
  type Query { posts(workspaceId: Int!, first: Int = 20): [Post!]! }
  type Mutation { publish(workspaceId: Int!): Boolean! }
  type Subscription { activity(workspaceId: Int!): PostEvent! }`;

const isSubscription = (document) =>
  document.definitions.some(({ operation }) => operation === 'subscription');

function resolvers(pubSub) {
  let events = 0;
  return {
    DateTime: new GraphQLScalarType({ name: 'DateTime', serialize: (date) => date.toISOString() }),
    Query: { posts: (_root, { workspaceId, first }) => newestPosts(workspaceId, first) },
    Post: { targets: (post, _arguments, { targets }) => targets.load(post.id) },
    PostTarget: { account: (target, _arguments, { accounts }) => accounts.load(target.account_id) },
    Mutation: {
      publish: (_root, { workspaceId }) => {
        events += 1;
        const activity = {
          cursor: `c${events}`,
          kind: 'POST_CREATED',
          summary: `Post ${events} was created.`,
        };
        pubSub.publish('activity', workspaceId, { activity });
        return true;
      },
    },
    Subscription: {
      activity: { subscribe: (_root, { workspaceId }) => pubSub.subscribe('activity', workspaceId) },
    },
  };
}

// As yoga's documentation wires graphql-ws.
function serveSubscriptions(yoga, server) {
  useServer(
    {
      execute: (prepared) => prepared.rootValue.execute(prepared),
      subscribe: (prepared) => prepared.rootValue.subscribe(prepared),
      onSubscribe: async (context, _id, params) => {
        const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
          ...context,
          req: context.extra.request,
          socket: context.extra.socket,
          params,
        });
        const document = parse(params.query);
        const errors = validate(schema, document);
        if (errors.length > 0) return errors;
        return {
          schema,
          document,
          operationName: params.operationName,
          variableValues: params.variables,
          contextValue: await contextFactory(),
          rootValue: { execute, subscribe },
        };
      },
    },
    new WebSocketServer({ server, path: '/graphql' }),
  );
}

function start() {
  const eventTarget = new EventTarget();
  setMaxListeners(0, eventTarget);
  const pubSub = createPubSub({ eventTarget });
  const yoga = createYoga({
    logging: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    cors: false,
    // With the JIT a subscription yields no event.
    plugins: [useGraphQlJit({}, { enableIf: ({ document }) => !isSubscription(document) })],
    context: () => ({ targets: new DataLoader(targetsOf), accounts: new DataLoader(accountsOf) }),
    schema: createSchema({ typeDefs, resolvers: resolvers(pubSub) }),
  });
  const server = createServer(yoga);
  serveSubscriptions(yoga, server);
  server.listen(Number(process.env.PORT), '127.0.0.1');
}

const workers = Number(process.env.WORKERS);
if (workers > 1 && cluster.isPrimary) {
  for (let started = 0; started < workers; started += 1) cluster.fork();
} else {
  start();
}
