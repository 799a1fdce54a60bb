import { Entrance } from './Entrance';

/** `/sign-in`. */
export default function SignInPage() {
  return <Entrance registers={false} />;
}
