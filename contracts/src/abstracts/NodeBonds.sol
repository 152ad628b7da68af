// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Bond, IX4PNNodeBond} from "../interfaces/IX4PNNodeBond.sol";
import {BondParameters} from "./BondParameters.sol";
import {NodeRecords} from "./NodeRecords.sol";

/// @title Posting a bond, taking it out, and carrying it on to a successor.
/// @dev A bond is kept under the first node of a line of successors, its root. So a succession moves nothing: it only
/// says who carries the bond now, however long the line.
abstract contract NodeBonds is NodeRecords, BondParameters {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    /// @dev Two slots and one. `openedInEpoch` is what cases opened in `epoch` hold or held.
    struct BondState {
        uint96 amount;
        uint96 exiting;
        uint40 exitAt;
        uint96 frozen;
        uint96 openedInEpoch;
        uint40 epoch;
        /// @dev Zero: the root itself.
        address successor;
    }

    /// @inheritdoc IX4PNNodeBond
    address public immutable BOND_TOKEN;

    /// @dev By root.
    mapping(address root => BondState) internal _bonds;
    /// @dev Zero: the node itself.
    mapping(address node => address) private _roots;

    constructor(address token) {
        if (token.code.length == 0) revert Bond_BadAddress(token);
        BOND_TOKEN = token;
    }

    /// @inheritdoc IX4PNNodeBond
    function addBond(address node, uint256 amount) external onlyOperator(node) notSucceeded(node) {
        if (amount == 0) revert Bond_ZeroAmount();
        _takeOfferBack(node);
        _addBond(node, amount);
    }

    /// @inheritdoc IX4PNNodeBond
    function startExit(address node, uint256 amount) external onlyOperator(node) notSucceeded(node) {
        BondState storage bond = _bonds[_rootOf(node)];
        if (amount > bond.amount) revert Bond_TooHigh(node, amount, bond.amount);
        if (amount == 0 && bond.exiting == 0) revert Bond_NoExit(node);
        // Taking an exit back is always allowed, also where the minimum has risen since.
        if (amount != 0 && amount != bond.amount) _checkMinimum(node, bond.amount - amount);
        _takeOfferBack(node);
        uint256 exitAt = amount == 0 ? 0 : block.timestamp + EXIT_DELAY;
        bond.exiting = uint96(amount);
        bond.exitAt = uint40(exitAt);
        emit BondExitStarted(node, amount, exitAt);
    }

    /// @inheritdoc IX4PNNodeBond
    function finishExit(address node, address to)
        external
        onlyOperator(node)
        notSucceeded(node)
        returns (uint256 amount)
    {
        if (to == address(0) || to == address(this) || to == BOND_TOKEN) revert Bond_BadAddress(to);
        BondState storage bond = _bonds[_rootOf(node)];
        uint256 exiting = bond.exiting;
        if (exiting == 0) revert Bond_NoExit(node);
        if (block.timestamp < bond.exitAt) revert Bond_ExitNotReady(node, bond.exitAt);
        uint256 free = bond.amount - bond.frozen;
        amount = exiting < free ? exiting : free;
        if (amount == 0) revert Bond_Frozen(node, bond.frozen);
        _takeOfferBack(node);
        bond.amount -= uint96(amount);
        bond.exiting = uint96(exiting - amount);
        if (amount == exiting) bond.exitAt = 0;
        emit BondExited(node, to, amount, bond.amount);
        IERC20(BOND_TOKEN).safeTransfer(to, amount);
    }

    /// @inheritdoc IX4PNNodeBond
    function bondOf(address node) public view returns (Bond memory) {
        BondState storage bond = _bonds[_rootOf(node)];
        // A succeeded id may be in a thief's hands: it must not look bonded.
        if (bondHolderOf(node) != node) return Bond(0, 0, 0, 0);
        return Bond({amount: bond.amount, exiting: bond.exiting, exitAt: bond.exitAt, frozen: bond.frozen});
    }

    /// @inheritdoc IX4PNNodeBond
    function bondHolderOf(address node) public view returns (address) {
        address root = _rootOf(node);
        address successor = _bonds[root].successor;
        return successor == address(0) ? root : successor;
    }

    /// @inheritdoc IX4PNNodeBond
    function isBonded(address node) external view returns (bool) {
        Bond memory bond = bondOf(node);
        return _isRegistered(node) && bondHolderOf(node) == node && bond.amount - bond.exiting >= minimumBond();
    }

    function _rootOf(address node) internal view returns (address) {
        address root = _roots[node];
        return root == address(0) ? node : root;
    }

    /// @dev A new node brings the minimum, which is nothing as long as governance has not set one.
    function _afterRegister(address node) internal override {
        uint256 minimum = minimumBond();
        if (minimum != 0) _addBond(node, minimum);
    }

    /// @dev No minimum here: whoever must replace a stolen key must be able to.
    function _afterSucceed(address node, address successor) internal override {
        address root = _rootOf(node);
        _roots[successor] = root;
        _bonds[root].successor = successor;
        emit BondCarriedOn(node, successor, _bonds[root].amount);
    }

    /// @dev From the caller, who is the operator.
    function _addBond(address node, uint256 amount) private {
        BondState storage bond = _bonds[_rootOf(node)];
        uint256 total = bond.amount + amount;
        _checkMinimum(node, total - bond.exiting);
        bond.amount = total.toUint96();
        emit BondAdded(node, msg.sender, amount, total);
        IERC20(BOND_TOKEN).safeTransferFrom(msg.sender, address(this), amount);
    }

    function _checkMinimum(address node, uint256 backing) private view {
        uint256 minimum = minimumBond();
        if (backing < minimum) revert Bond_TooLow(node, backing, minimum);
    }
}
