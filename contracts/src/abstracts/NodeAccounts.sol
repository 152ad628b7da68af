// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IX4PNNodeRegistry} from "../interfaces/IX4PNNodeRegistry.sol";
import {IX4PNVpnSessions, NodeAccount} from "../interfaces/IX4PNVpnSessions.sol";
import {Governance} from "./Governance.sol";
import {SessionsBase} from "./SessionsBase.sol";

/// @title What nodes have earned: crediting a batch, the protocol's fee, booking fees by epoch, paying out.
abstract contract NodeAccounts is SessionsBase, Governance {
    using SafeCast for uint256;

    uint256 private constant MIN_EPOCH_LENGTH = 1 hours;
    uint256 private constant MAX_EPOCH_LENGTH = 90 days;

    uint256 private constant BPS = 10_000;

    /// @inheritdoc IX4PNVpnSessions
    address public immutable REGISTRY;
    /// @inheritdoc IX4PNVpnSessions
    uint256 public immutable EPOCH_LENGTH;

    /// @inheritdoc IX4PNVpnSessions
    uint256 public treasuryBalance;
    /// @inheritdoc IX4PNVpnSessions
    mapping(address node => mapping(uint256 epoch => uint256)) public bookedFees;
    /// @inheritdoc IX4PNVpnSessions
    mapping(uint256 epoch => uint256) public totalBookedFees;

    mapping(address node => NodeAccount) private _nodes;

    constructor(address registry, uint256 epochLength) {
        if (registry.code.length == 0) revert Sessions_BadAddress(registry);
        if (epochLength < MIN_EPOCH_LENGTH || epochLength > MAX_EPOCH_LENGTH) {
            revert Sessions_BadParameter("epochLength", epochLength);
        }
        REGISTRY = registry;
        EPOCH_LENGTH = epochLength;
    }

    /// @inheritdoc IX4PNVpnSessions
    /// @dev Does nothing when there is nothing to book, so that nobody can spoil a batch of bookings.
    function book(address node) external {
        NodeAccount memory account = _nodes[node];
        _bookEarlierFees(node, account);
        _nodes[node] = account;
    }

    /// @inheritdoc IX4PNVpnSessions
    function payOut(address node) external nonReentrant returns (uint256 amount) {
        amount = _nodes[node].balance;
        if (amount == 0) revert Sessions_NothingToPay(node);
        address payout = IX4PNNodeRegistry(REGISTRY).payoutOf(node);
        if (payout == address(0)) revert Sessions_NoPayout(node);
        _checkAccount(payout);
        _nodes[node].balance = 0;
        emit PaidOut(node, payout, amount);
        _push(payout, amount);
    }

    /// @inheritdoc IX4PNVpnSessions
    function payTreasury() external nonReentrant returns (uint256 amount) {
        address to = treasury();
        amount = treasuryBalance;
        if (amount == 0) revert Sessions_NothingToPay(to);
        treasuryBalance = 0;
        emit TreasuryPaid(to, amount);
        _push(to, amount);
    }

    /// @inheritdoc IX4PNVpnSessions
    function nodeAccount(address node) external view returns (NodeAccount memory) {
        return _nodes[node];
    }

    /// @inheritdoc IX4PNVpnSessions
    /// @dev Epochs count from the Unix epoch, so they are the same on every chain.
    function currentEpoch() public view returns (uint256) {
        return block.timestamp / EPOCH_LENGTH;
    }

    /// @dev Credits what one batch settled, less the fee. One load and one store of the node's slot.
    function _creditNode(address node, uint256 sum) internal {
        if (sum == 0) return;
        uint256 fee;
        uint256 amount;
        unchecked {
            // Rounded up on the whole batch: splitting payments cannot round the fee away. Never above the sum, since
            // the fee's cap is far below 100%. A sum of 96-bit amounts, times 14 bits: no overflow.
            fee = (sum * feeBps() + BPS - 1) / BPS;
            amount = sum - fee;
        }

        NodeAccount memory account = _nodes[node];
        _bookEarlierFees(node, account);
        // What is held for nodes is part of the token's supply, which is below 2^96 for every token in question;
        // were it not, this reverts rather than cuts.
        account.balance += amount.toUint96();
        account.pendingFees += fee.toUint96();
        _nodes[node] = account;
        emit NodeCredited(node, amount, fee);
    }

    /// @dev Moves fees collected in an earlier epoch to the treasury and to the weights of the present one. Changes
    /// `account` in memory only. Weights are kept per epoch: no epoch overwrites another's.
    function _bookEarlierFees(address node, NodeAccount memory account) private {
        uint256 epoch = currentEpoch();
        if (account.feeEpoch == epoch) return;
        uint256 fees = account.pendingFees;
        account.feeEpoch = uint64(epoch);
        if (fees == 0) return;
        account.pendingFees = 0;
        treasuryBalance += fees;
        bookedFees[node][epoch] += fees;
        totalBookedFees[epoch] += fees;
        emit FeesBooked(node, epoch, fees);
    }
}
