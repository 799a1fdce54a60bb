import { useEffect, useState } from 'react';
import { SignedIn } from '../../session/SignedIn';
import { CodesSection } from './CodesSection';
import { DataSection } from './DataSection';
import { EraseSection } from './EraseSection';
import { PasswordSection } from './PasswordSection';
import { whoYouAre, type You } from './you';
import './you.css';

/** `/you`: how the user signs in, and what is stored about them. */
export default function YouPage() {
  return (
    <SignedIn>
      <h1>You</h1>
      <Sections />
    </SignedIn>
  );
}

function Sections() {
  const [you, setYou] = useState<You | null>(null);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    whoYouAre().then(setYou, (error: unknown) => {
      setProblem(error instanceof Error ? error.message : String(error));
    });
  }, []);
  if (you === null) {
    return (
      <p className="problem" role="alert">
        {problem}
      </p>
    );
  }
  return (
    <div className="you">
      <p>
        {you.name} · <span className="quiet">{you.email}</span>
      </p>
      <PasswordSection />
      <CodesSection
        on={you.totpEnabled}
        onChange={(totpEnabled) => {
          setYou({ ...you, totpEnabled });
        }}
      />
      <DataSection />
      <EraseSection withCode={you.totpEnabled} />
    </div>
  );
}
