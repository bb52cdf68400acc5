import { Component, type ReactNode } from 'react';
import { renewParts } from '../parts/lazyPart';

interface CatchProps {
  /** Values that are watched: when one of them is another, what failed is tried again. */
  until: readonly unknown[];
  /** Renders what stands in the place of what failed. */
  instead(error: unknown, retry: () => void): ReactNode;
  onError(error: unknown): void;
  children: ReactNode;
}

interface CatchState {
  failed: { error: unknown; until: readonly unknown[] } | null;
}

/** Catches what its children throw while they are drawn and in their effects: React offers that to classes only. */
export class Catch extends Component<CatchProps, CatchState> {
  override state: CatchState = { failed: null };

  static getDerivedStateFromError(error: unknown): CatchState {
    return { failed: { error, until: [] } };
  }

  static getDerivedStateFromProps({ until }: CatchProps, { failed }: CatchState): CatchState | null {
    if (!failed) return null;
    // Right after the failure: these are what it failed with.
    if (failed.until.length === 0) return { failed: { ...failed, until } };
    return until.some((value, at) => value !== failed.until[at]) ? { failed: null } : null;
  }

  override componentDidCatch(error: unknown): void {
    this.props.onError(error);
  }

  override render(): ReactNode {
    const { failed } = this.state;
    return failed ? this.props.instead(failed.error, this.retry) : this.props.children;
  }

  override componentWillUnmount(): void {
    if (this.state.failed) renewParts();
  }

  private readonly retry = () => {
    renewParts();
    this.setState({ failed: null });
  };
}
