/// A shop, whose orders are records in records.
persistent actor {
  type Item = { sku : Text; price : Float; amount : Nat; note : ?Text };
  type Shipping = { #standard; #express : Nat8; #pickup : { place : Text } };
  type Order = { customer : Text; items : [Item]; shipping : Shipping };

  public func place(order : Order) : async { customer : Text; total : Float; lines : Nat } {
    var total : Float = 0;
    for (item in order.items.vals()) {
      total += item.price;
    };
    { customer = order.customer; total; lines = order.items.size() };
  };
};
