import { useEffect, useState } from 'react';
import { askHealth, healthText, type Health } from './health';
import './home.css';

const links = [
  { href: '/activity', name: 'Activity', text: 'Everything that happens in your workspace, as it happens.' },
  { href: '/accounts', name: 'Accounts', text: 'Connect your social networks, and see how they are.' },
  {
    href: '/you',
    name: 'You',
    text: 'Your password, two-factor authentication, and all that is kept of you.',
  },
  {
    href: '/graphiql',
    name: 'GraphiQL',
    text: 'Write queries, mutations and live subscriptions in the browser.',
  },
  {
    href: '/graphiql#docs',
    name: 'API documentation',
    text: 'Every type, field and argument of the schema.',
  },
  { href: '/health', name: 'Health', text: 'What monitoring asks: does the process answer?' },
  { href: '/ready', name: 'Readiness', text: 'Are the database and the workers ready for requests?' },
];

const endpoints = [
  { address: 'POST /graphql', text: 'queries, mutations and uploads' },
  { address: '/graphql/ws', text: 'subscriptions over a WebSocket (graphql-transport-ws)' },
  { address: '/graphql/stream', text: 'subscriptions as server-sent events' },
];

/** The landing page: what runs at this address, and where to go from here. */
export default function HomePage() {
  return (
    <main className="page home">
      <header>
        <h1>Fanfare</h1>
        <p className="lead">Write a post once, publish it to your social networks, and watch it arrive.</p>
        <HealthLine />
      </header>

      <nav aria-label="Tools of this server">
        <ul className="cards">
          {links.map(({ href, name, text }) => (
            <li key={href}>
              <a href={href}>
                <strong>{name}</strong>
                <span>{text}</span>
              </a>
            </li>
          ))}
        </ul>
      </nav>

      <section aria-labelledby="endpoints">
        <h2 id="endpoints">Endpoints</h2>
        <dl>
          {endpoints.map(({ address, text }) => (
            <div key={address}>
              <dt>
                <code>{address}</code>
              </dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </section>

      <footer>
        Guides for operators and contributors are in <code>docs/</code> and <code>README.md</code>, with the
        source.
      </footer>
    </main>
  );
}

function HealthLine() {
  const [health, setHealth] = useState<Health>('asking');
  useEffect(() => {
    let shown = true;
    void askHealth().then((answer) => {
      if (shown) setHealth(answer);
    });
    return () => {
      shown = false;
    };
  }, []);
  return (
    <p className="health" data-health={health} role="status">
      {healthText[health]}
    </p>
  );
}
