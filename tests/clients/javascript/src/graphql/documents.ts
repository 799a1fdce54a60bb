// The documents of the tests for Apollo Client and urql. graphql-codegen makes their types and documents.
import { graphql } from './generated';

/** A post in a list. */
export const PostLine = graphql(/* GraphQL */ `
  fragment PostLine on Post {
    id
    content
    status
    metrics {
      views
    }
    targets {
      id
      status
      account {
        id
        name
      }
    }
  }
`);

/** A page of posts, the newest first. */
export const PostPage = graphql(/* GraphQL */ `
  query PostPage($first: Int!, $after: String) {
    posts(first: $first, after: $after) {
      edges {
        cursor
        node {
          ...PostLine
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
`);

export const LinkAccount = graphql(/* GraphQL */ `
  mutation LinkAccount($input: LinkAccountInput!) {
    linkAccount(input: $input) {
      account {
        id
        name
        health {
          ok
          problems
        }
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);

export const CreatePost = graphql(/* GraphQL */ `
  mutation CreatePost($input: CreatePostInput!) {
    createPost(input: $input) {
      cursor
      post {
        id
      }
      postEdge {
        cursor
        node {
          ...PostLine
        }
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);

/** The new status comes by the subscription alone. */
export const SchedulePost = graphql(/* GraphQL */ `
  mutation SchedulePost($input: SchedulePostInput!) {
    schedulePost(input: $input) {
      userErrors {
        code
        message
        path
      }
    }
  }
`);

export const PostStatuses = graphql(/* GraphQL */ `
  subscription PostStatuses($postId: ID!, $after: String) {
    postStatus(postId: $postId, after: $after) {
      cursor
      post {
        id
        status
      }
    }
  }
`);
