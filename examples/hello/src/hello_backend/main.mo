import Debug "mo:base/Debug";
import Nat "mo:base/Nat";

/// Greets people and remembers how often. An upgrade keeps the number, a reinstallation begins at 0 again.
persistent actor HelloBackend {
  var greetings : Nat = 0;

  public func greet(name : Text) : async Text {
    greetings += 1;
    // Goes into the canister's log.
    Debug.print("Greeting " # Nat.toText(greetings) # " goes to " # name # ".");
    "Hello, " # name # "!";
  };

  public query func count() : async Nat {
    greetings;
  };

  /// Always fails. What it has changed before is undone, and the reason is in the log.
  public func stumble() : async () {
    greetings += 1_000;
    Debug.trap("I stumble on purpose.");
  };
};
