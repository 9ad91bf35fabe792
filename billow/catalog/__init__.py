"""What we sell and what we ask for it: products, prices, charge policy and exchange rates, all dated."""
