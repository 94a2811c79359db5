import Blob "mo:base/Blob";
import CertifiedData "mo:base/CertifiedData";
import Cycles "mo:base/ExperimentalCycles";
import Debug "mo:base/Debug";
import Error "mo:base/Error";
import IC "mo:base/ExperimentalInternetComputer";
import Nat64 "mo:base/Nat64";
import Principal "mo:base/Principal";
import Region "mo:base/Region";
import Timer "mo:base/Timer";

/// Does what the test network has to get right, for its tests.
persistent actor class Probe(first : Nat) = self {
  type Other = actor {
    add : (Nat) -> async Nat;
    get : query () -> async Nat;
    crash : () -> async ();
    refuse : () -> async ();
    take : (Nat) -> async Nat;
    missing : () -> async ();
    sum : composite query (?Principal) -> async Nat;
  };

  var number = first;
  var region = Region.new();
  transient var rings = 0;

  func other(id : Principal) : Other = actor (Principal.toText(id));

  public func add(n : Nat) : async Nat {
    number += n;
    number;
  };

  public query func get() : async Nat { number };

  /// What a query changes is lost.
  public query func addInQuery(n : Nat) : async Nat {
    number += n;
    Debug.print("in a query");
    number;
  };

  public shared query ({ caller }) func whoami() : async (Principal, Principal, Bool) {
    (caller, Principal.fromActor(self), Principal.isController(caller));
  };

  public func crash() : async () {
    number += 1_000;
    Debug.print("about to crash");
    Debug.trap("crashed: ü");
  };

  public func refuse() : async () { throw Error.reject("not today") };

  public func recurse(n : Nat) : async Nat {
    func down(m : Nat) : Nat = if (m == 0) 0 else 1 + down(m - 1);
    down(n);
  };

  public func spin() : async () { loop { number += 1 } };

  public query func spinInQuery() : async () { loop {} };

  public query func count(n : Nat) : async (Nat64, Nat64) {
    let instructions = IC.countInstructions(
      func() {
        var i = 0;
        while (i < n) i += 1;
      }
    );
    (instructions, IC.performanceCounter(0));
  };

  public func addTo(id : Principal, n : Nat) : async Nat { await other(id).add(n) };

  public func getOf(id : Principal) : async Nat { await other(id).get() };

  /// What was done before an await stays done, what comes after it does not.
  public func crashAfterCall(id : Principal) : async () {
    number += 1;
    ignore await other(id).add(1);
    number += 1_000;
    Debug.trap("after the call");
  };

  public func crashAndCleanUp(id : Principal) : async () {
    try {
      ignore await other(id).add(1);
      number += 1_000;
      Debug.trap("before the cleanup");
    } finally {
      number += 10;
    };
  };

  public func catching(id : Principal, what : { #crash; #refuse; #missing }) : async (Text, Text) {
    try {
      switch what {
        case (#crash) await other(id).crash();
        case (#refuse) await other(id).refuse();
        case (#missing) await other(id).missing();
      };
      ("", "");
    } catch (error) {
      let code = switch (Error.code(error)) {
        case (#canister_error) "canister_error";
        case (#canister_reject) "canister_reject";
        case (#destination_invalid) "destination_invalid";
        case _ "other";
      };
      (code, Error.message(error));
    };
  };

  /// Accepts at most so many cycles.
  public func take(most : Nat) : async Nat { Cycles.accept<system>(most) };

  public func give(id : Principal, amount : Nat, most : Nat) : async (Nat, Nat) {
    let taken = await (with cycles = amount) other(id).take(most);
    (taken, Cycles.refunded());
  };

  public query func balance() : async Nat { Cycles.balance() };

  public composite query func sum(id : ?Principal) : async Nat {
    let ?next = id else return number;
    number += 1;
    let theirs = await other(next).sum(null);
    // What was changed before the await is still there, until the query ends.
    number + theirs;
  };

  public func certify(data : Blob) : async () { CertifiedData.set(data) };

  public query func certificate() : async ?Blob { CertifiedData.getCertificate() };

  public func ring(nanoseconds : Nat) : async () {
    ignore Timer.setTimer<system>(#nanoseconds nanoseconds, func() : async () { rings += 1 });
  };

  public query func rung() : async Nat { rings };

  public func remember(offset : Nat64, data : Blob) : async Nat64 {
    let end = offset + Nat64.fromNat(data.size());
    let pages = (end + 65_535) / 65_536;
    if (pages > Region.size(region)) ignore Region.grow(region, pages - Region.size(region));
    Region.storeBlob(region, offset, data);
    Region.size(region);
  };

  public query func recall(offset : Nat64, size : Nat) : async Blob { Region.loadBlob(region, offset, size) };

  public func createCanister(cycles : Nat) : async Principal {
    let ic = actor "aaaaa-aa" : actor {
      create_canister : ({}) -> async ({ canister_id : Principal });
    };
    (await (with cycles) ic.create_canister({})).canister_id;
  };

  public func random() : async Blob {
    let ic = actor "aaaaa-aa" : actor { raw_rand : () -> async Blob };
    await ic.raw_rand();
  };

  public func secret() : async () {};

  system func inspect({ msg : { #secret : () -> (); #add : () -> Nat; #get : () -> (); #addInQuery : () -> Nat; #whoami : () -> (); #crash : () -> (); #refuse : () -> (); #recurse : () -> Nat; #spin : () -> (); #spinInQuery : () -> (); #count : () -> Nat; #addTo : () -> (Principal, Nat); #getOf : () -> Principal; #crashAfterCall : () -> Principal; #crashAndCleanUp : () -> Principal; #catching : () -> (Principal, { #crash; #refuse; #missing }); #take : () -> Nat; #give : () -> (Principal, Nat, Nat); #balance : () -> (); #certify : () -> Blob; #certificate : () -> (); #ring : () -> Nat; #rung : () -> (); #remember : () -> (Nat64, Blob); #recall : () -> (Nat64, Nat); #createCanister : () -> Nat; #random : () -> () } }) : Bool {
    switch msg {
      case (#secret _) false;
      case _ true;
    };
  };
};
