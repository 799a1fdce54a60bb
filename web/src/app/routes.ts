import { lazy, type ComponentType } from 'react';

/** The application's pages by path. A page is a folder under `pages`, loaded when it is opened. */
export const routes: ReadonlyMap<string, ComponentType> = new Map([
  ['/', lazy(() => import('../pages/home/HomePage'))],
  ['/accounts', lazy(() => import('../pages/accounts/AccountsPage'))],
  ['/activity', lazy(() => import('../pages/activity/ActivityPage'))],
  ['/invitation', lazy(() => import('../pages/invitation/InvitationPage'))],
  ['/register', lazy(() => import('../pages/sign-in/RegisterPage'))],
  ['/sign-in', lazy(() => import('../pages/sign-in/SignInPage'))],
  ['/team', lazy(() => import('../pages/team/TeamPage'))],
  ['/you', lazy(() => import('../pages/you/YouPage'))],
]);

/** What a path without a page shows. */
export const notFound: ComponentType = lazy(() => import('../pages/not-found/NotFoundPage'));

/** The page at `path`; a trailing slash makes no difference. */
export function pageAt(path: string): ComponentType {
  const trimmed = path.replace(/\/+$/, '');
  return routes.get(trimmed === '' ? '/' : trimmed) ?? notFound;
}
