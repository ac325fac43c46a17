// What the page knows, in one plain object; who shows a part of it subscribes to that part.

/**
 * @param {Object} initial
 */
export function createStore(initial) {
  let state = initial;
  const subscriptions = new Set();

  function update(patch) {
    state = { ...state, ...patch };
    for (const subscription of [...subscriptions]) {
      if (!subscriptions.has(subscription)) continue;
      const value = subscription.select(state);
      if (!Object.is(value, subscription.value)) {
        subscription.value = value;
        subscription.hear(value, state);
      }
    }
  }

  /**
   * Calls `hear(value, state)` now and whenever what `select` returns is another object or value.
   *
   * @param {function(Object): *} select
   * @param {function(*, Object): void} hear
   * @returns {function(): void} ends the subscription
   */
  function subscribe(select, hear) {
    const subscription = { select, hear, value: select(state) };
    subscriptions.add(subscription);
    hear(subscription.value, state);
    return () => subscriptions.delete(subscription);
  }

  return {
    get state() {
      return state;
    },
    update,
    subscribe,
  };
}
