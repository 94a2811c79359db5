/// Counts its heartbeats.
persistent actor {
  var beats = 0;

  system func heartbeat() : async () { beats += 1 };

  public query func count() : async Nat { beats };

  public composite query func later() : async Nat { beats };
};
