"""What connectors of hosted forms share: answers under their questions, one form after another."""
