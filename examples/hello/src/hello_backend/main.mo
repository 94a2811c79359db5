/// Greets people and remembers how often.
persistent actor HelloBackend {
  var greetings : Nat = 0;

  public func greet(name : Text) : async Text {
    greetings += 1;
    "Hello, " # name # "!";
  };

  public query func count() : async Nat {
    greetings;
  };
};
