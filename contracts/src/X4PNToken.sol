// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IX4PNToken} from "./interfaces/IX4PNToken.sol";

/// @title The token in which bonds are posted and rewards are paid.
/// @dev Deployed before its minter, whose address is computed ahead from the deployer's nonce. A wrong address cannot
/// go unseen: the constructor of `X4PNRewards` reverts unless it is the minter of its token.
contract X4PNToken is ERC20, ERC20Permit, IX4PNToken {
    /// @inheritdoc IX4PNToken
    uint256 public constant CAP = 1_000_000_000e18;
    /// @inheritdoc IX4PNToken
    address public immutable MINTER;

    constructor(address minter) ERC20("X4PN", "X4PN") ERC20Permit("X4PN") {
        if (minter == address(0)) revert Token_BadMinter();
        MINTER = minter;
    }

    /// @inheritdoc IX4PNToken
    function mint(address to, uint256 amount) external {
        if (msg.sender != MINTER) revert Token_NotMinter(msg.sender);
        _mint(to, amount);
        // After it: an amount that overflows the supply has reverted by then.
        uint256 supply = totalSupply();
        if (supply > CAP) revert Token_AboveCap(supply, CAP);
    }

    /// @inheritdoc IX4PNToken
    function burn(uint256 amount) external {
        _burn(msg.sender, amount);
    }
}
