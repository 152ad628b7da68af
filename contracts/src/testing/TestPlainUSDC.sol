// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A stand-in for USDC as BSC has it, on a local chain, and only there: anyone can mint it.
/// @notice 18 decimals, and nothing but ERC-20: neither permit nor EIP-3009.
contract TestPlainUSDC is ERC20 {
    constructor() ERC20("USD Coin", "USDC") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
