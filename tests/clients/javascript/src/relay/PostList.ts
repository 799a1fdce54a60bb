// Relay's compiler reads these documents and writes `generated`. Nothing runs this file: in an app, Relay's transform
// puts the compiled documents in their place.
import { graphql } from 'relay-runtime';

export const line = graphql`
  fragment PostList_line on Post {
    id
    content
    status
    targets {
      id
      status
      account {
        id
        name
      }
    }
  }
`;

export const list = graphql`
  fragment PostList_query on Query
  @refetchable(queryName: "PostListPaginationQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 2 }, after: { type: "String" }) {
    posts(first: $first, after: $after) @connection(key: "PostList_posts") {
      edges {
        cursor
        node {
          id
          ...PostList_line @relay(mask: false)
        }
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
`;

export const query = graphql`
  query PostListQuery {
    ...PostList_query
  }
`;

export const node = graphql`
  query PostListNodeQuery($id: ID!) {
    node(id: $id) {
      id
      ... on Post {
        content
      }
    }
  }
`;

export const link = graphql`
  mutation PostListLinkMutation($input: LinkAccountInput!) {
    linkAccount(input: $input) {
      account {
        id
      }
      userErrors {
        code
        message
      }
    }
  }
`;

export const create = graphql`
  mutation PostListCreateMutation($input: CreatePostInput!, $connections: [ID!]!) {
    createPost(input: $input) {
      cursor
      postEdge @prependEdge(connections: $connections) {
        cursor
        node {
          id
          ...PostList_line @relay(mask: false)
        }
      }
      userErrors {
        code
        message
      }
    }
  }
`;

export const remove = graphql`
  mutation PostListDeleteMutation($input: DeletePostInput!, $connections: [ID!]!) {
    deletePost(input: $input) {
      deletedId @deleteEdge(connections: $connections)
      userErrors {
        code
        message
      }
    }
  }
`;

export const schedule = graphql`
  mutation PostListScheduleMutation($input: SchedulePostInput!) {
    schedulePost(input: $input) {
      userErrors {
        code
        message
      }
    }
  }
`;

export const follow = graphql`
  subscription PostListSubscription($postId: ID!, $after: String) {
    postStatus(postId: $postId, after: $after) {
      cursor
      post {
        id
        status
      }
    }
  }
`;
