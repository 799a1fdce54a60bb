import { Entrance } from './Entrance';

/** `/register`. */
export default function RegisterPage() {
  return <Entrance registers />;
}
