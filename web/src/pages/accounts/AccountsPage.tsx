import { useCallback, useEffect, useState } from 'react';
import { ask } from '../../api/graphql';
import { accessToken } from '../../session/session';
import { SignedIn } from '../../session/SignedIn';
import { connect, disconnect, OVERVIEW, reconnect, type Account, type Overview } from './accounts';
import { outcome } from './outcome';
import './accounts.css';

/** `/accounts`: the connected accounts, and the networks that one can be connected to. Consents return here. */
export default function AccountsPage() {
  return (
    <SignedIn>
      <h1>Accounts</h1>
      <Accounts />
    </SignedIn>
  );
}

function Accounts() {
  const [overview, setOverview] = useState<Overview | null>(null);
  const [words, setWords] = useState(outcome(window.location.search));
  const load = useCallback(async () => {
    const token = await accessToken();
    setOverview(await ask<Overview>(OVERVIEW, {}, token ?? undefined));
  }, []);
  const attempt = useCallback((act: () => Promise<void>) => {
    act().catch((error: unknown) => {
      setWords({ good: false, text: error instanceof Error ? error.message : String(error) });
    });
  }, []);
  useEffect(() => {
    attempt(load);
  }, [attempt, load]);
  const leave = (account: Account) => {
    if (!window.confirm(`Disconnect ${account.name}? Its scheduled posts are cancelled.`)) return;
    attempt(async () => {
      await disconnect(account.id);
      setWords({ good: true, text: `${account.name} is disconnected.` });
      await load();
    });
  };
  return (
    <>
      <p className={words?.good === false ? 'problem' : ''} role="status">
        {words?.text}
      </p>
      {overview !== null && (
        <>
          <ul className="accounts">
            {overview.accounts.nodes.map((account) => (
              <AccountRow
                key={account.id}
                account={account}
                network={overview.networks.find(({ platform }) => platform === account.platform)?.name}
                onReconnect={() => {
                  attempt(() => reconnect(account.id));
                }}
                onLeave={() => {
                  leave(account);
                }}
              />
            ))}
          </ul>
          {overview.accounts.nodes.length === 0 && <p className="quiet">No account is connected yet.</p>}
          <h2>Connect an account</h2>
          <ul className="networks">
            {overview.networks.map(({ platform, name, mode }) => (
              <li key={platform}>
                <button
                  type="button"
                  onClick={() => {
                    attempt(() => connect(platform));
                  }}
                >
                  {name} {mode === 'SIMULATION' && <span className="quiet">(simulated)</span>}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

interface AccountRowProps {
  account: Account;
  network: string | undefined;
  onReconnect: () => void;
  onLeave: () => void;
}

function AccountRow({ account, network, onReconnect, onLeave }: AccountRowProps) {
  const { name, platform, status, health } = account;
  return (
    <li data-status={status}>
      <div>
        <strong>{name}</strong>{' '}
        <span className="quiet">
          {network ?? platform} · {status.toLowerCase().replaceAll('_', ' ')}
        </span>
        {health.problems.map((problem) => (
          <p className="problem" key={problem}>
            {problem}
          </p>
        ))}
      </div>
      {status !== 'ACTIVE' && (
        <button type="button" onClick={onReconnect}>
          Reconnect
        </button>
      )}
      {status !== 'DISCONNECTED' && (
        <button type="button" onClick={onLeave}>
          Disconnect
        </button>
      )}
    </li>
  );
}
