import { useState } from 'react';
import type { UserError } from '../../api/graphql';
import { ActionForm } from '../../forms/ActionForm';
import { Field } from '../../forms/Field';
import { QrCode } from './QrCode';
import { beginCodes, confirmCodes, endCodes, type Setup } from './you';

interface CodesSectionProps {
  on: boolean;
  onChange: (on: boolean) => void;
}

/** Codes of an app, which are asked for in addition to the password. */
export function CodesSection({ on, onChange }: CodesSectionProps) {
  const [recovery, setRecovery] = useState<string[]>([]);
  const changed = (codes: string[], nowOn: boolean) => {
    setRecovery(codes);
    onChange(nowOn);
  };
  return (
    <section aria-labelledby="codes-title">
      <h2 id="codes-title">Codes at sign-in</h2>
      <p role="status">
        {on
          ? 'Codes are on: signing in takes your password and a code of your app.'
          : 'Codes are off: your password alone signs you in.'}
      </p>
      {recovery.length > 0 && <Recovery codes={recovery} />}
      {on ? (
        <EndForm
          onEnd={() => {
            changed([], false);
          }}
        />
      ) : (
        <SetUp
          onConfirm={(codes) => {
            changed(codes, true);
          }}
        />
      )}
    </section>
  );
}

/** First the password, then a code of the app that was set up. */
function SetUp({ onConfirm }: { onConfirm: (recovery: string[]) => void }) {
  const [setup, setSetup] = useState<Setup | null>(null);
  const begin = async (text: (name: string) => string) => {
    const answer = await beginCodes(text('password'));
    setSetup(answer.setup);
    return answer.userErrors;
  };
  const confirm = async (text: (name: string) => string) => {
    const answer = await confirmCodes(text('code').replace(/\s/g, ''));
    if (answer.userErrors.length === 0) onConfirm(answer.recovery);
    return answer.userErrors;
  };
  if (setup === null) {
    return (
      <ActionForm key="begin" action="Set up codes" fields={['password']} act={begin}>
        {(problems) => <Password problems={problems} />}
      </ActionForm>
    );
  }
  return (
    <>
      <p>Scan this with your app, or type in the secret. Then give the code that the app shows.</p>
      <QrCode text={setup.otpauthUri} label="The secret for your app" />
      <p>
        <code className="secret">{setup.secret}</code>
      </p>
      <ActionForm key="confirm" action="Turn codes on" fields={['code']} act={confirm}>
        {(problems) => (
          <Field
            name="code"
            label="Code from your app"
            autoComplete="one-time-code"
            autoFocus
            problems={problems}
          />
        )}
      </ActionForm>
    </>
  );
}

function EndForm({ onEnd }: { onEnd: () => void }) {
  const act = async (text: (name: string) => string) => {
    const problems = await endCodes(text('password'), text('code'));
    if (problems.length === 0) onEnd();
    return problems;
  };
  return (
    <ActionForm action="Turn codes off" fields={['password', 'code']} act={act}>
      {(problems) => (
        <>
          <Password problems={problems} />
          <Field
            name="code"
            label="Code from your app, or a recovery code"
            autoComplete="one-time-code"
            problems={problems}
          />
        </>
      )}
    </ActionForm>
  );
}

function Password({ problems }: { problems: UserError[] }) {
  return (
    <Field
      name="password"
      label="Your password"
      type="password"
      autoComplete="current-password"
      problems={problems}
    />
  );
}

function Recovery({ codes }: { codes: string[] }) {
  return (
    <>
      <p>
        Keep these where you keep your passwords: each signs you in once without the app. They are not shown
        again.
      </p>
      <ul className="recovery">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
    </>
  );
}
